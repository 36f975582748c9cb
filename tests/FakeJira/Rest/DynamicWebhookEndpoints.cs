using System.Text;
using System.Text.Json;
using Hub.FakeJira.Jql;

namespace Hub.FakeJira;

/// <summary>
/// The webhooks of an app: five at one address, for some events and simple filters, for 30 days unless refreshed. Anybody but an app gets a 403.
/// </summary>
static class DynamicWebhookEndpoints
{
    const int Most = 5;

    static readonly string[] Fields = ["issuekey", "key", "project", "issuetype", "status", "assignee", "reporter"];

    public static void Map(RestApi api)
    {
        var jira = api.Jira;
        api.Map("GET", "/webhook", (context, view) =>
        {
            var own = Own(context, jira);
            var (start, size) = (context.Number("startAt", 0), Math.Min(context.Number("maxResults", 100), 100));
            return Reply.Json(context, 200, new
            {
                isLast = start + size >= own.Count, maxResults = size, startAt = start, total = own.Count,
                values = own.Skip(start).Take(size).Select(r => Shown(view, r)),
            });
        });
        api.Map("POST", "/webhook", (context, _) => Register(context, jira));
        api.Map("DELETE", "/webhook", async (context, _) =>
        {
            foreach (var id in await Ids(context, jira)) jira.Webhooks.Registry.Remove(id);
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        });
        api.Map("PUT", "/webhook/refresh", async (context, view) =>
        {
            var expires = jira.Clock.GetUtcNow() + WebhookRegistry.Lifetime;
            foreach (var id in await Ids(context, jira)) jira.Webhooks.Registry.Change(id, r => r with { Expires = expires });
            await Reply.Json(context, 200, new { expirationDate = view.Time(expires) });
        });
        api.Map("GET", "/webhook/failed", (context, _) => Failed(context, jira));
    }

    static async Task Register(HttpContext context, FakeJiraServer jira)
    {
        var own = Own(context, jira);
        var body = await context.Body();
        var url = body.Text("url") ?? throw new JiraProblem(400, "The url is required.");
        if (own.Any(r => r.Url != url)) throw new JiraProblem(400, "Only a single URL per app is allowed to be registered via REST API.");
        var wanted = body.Get("webhooks") is { ValueKind: JsonValueKind.Array } list ? list : throw new JiraProblem(400, "The webhooks are required.");
        var results = new List<object>();
        foreach (var one in wanted.EnumerateArray())
        {
            var errors = Wrong(one, jira);
            if (Own(context, jira).Count >= Most) errors = [$"The limit of {Most} webhooks per app and user is reached."];
            if (errors.Count > 0)
            {
                results.Add(new { errors });
                continue;
            }

            var made = jira.Webhooks.Registry.Add(url, r => r with
            {
                Events = [.. one.Texts("events")!],
                Jql = one.Text("jqlFilter")!,
                Fields = [.. one.Texts("fieldIdsFilter") ?? []],
                PropertyKeys = [.. one.Texts("issuePropertyKeysFilter") ?? []],
                Expires = jira.Clock.GetUtcNow() + WebhookRegistry.Lifetime,
            });
            results.Add(new { createdWebhookId = made.Id });
        }

        await Reply.Json(context, 200, new { webhookRegistrationResult = results });
    }

    static IReadOnlyList<string> Wrong(JsonElement wanted, FakeJiraServer jira)
    {
        if (wanted.Texts("events") is not { Count: > 0 } events) return ["The events are required."];
        if (events.FirstOrDefault(e => !WebhookEvents.OfApps.Contains(e)) is { } unknown) return [$"The event {unknown} is unsupported"];
        if (wanted.Text("jqlFilter") is not { } jql) return ["The jqlFilter is required."];
        try
        {
            var query = JqlParser.Parse(jql);
            jira.Index.Compile(jql);
            return query.Where is null ? [] : [.. Clauses(query.Where).Where(c => !Supported(c)).Select(c => $"The clause {c.Field} is unsupported")];
        }
        catch (JqlException wrong)
        {
            return [wrong.Message];
        }
    }

    static bool Supported(Clause clause) => clause.Operator is "=" or "!=" or "in" or "not in"
        && (Fields.Contains(clause.Field, StringComparer.OrdinalIgnoreCase) || clause.Field.StartsWith("cf[", StringComparison.OrdinalIgnoreCase));

    static IEnumerable<Clause> Clauses(JqlNode node) => node switch
    {
        AllOf all => all.Parts.SelectMany(Clauses),
        AnyOf any => any.Parts.SelectMany(Clauses),
        Not not => Clauses(not.Part),
        _ => [(Clause)node],
    };

    static IReadOnlyList<WebhookRegistration> Own(HttpContext context, FakeJiraServer jira)
    {
        context.RequireAccount();
        return jira.Options.OAuthApp
            ? [.. jira.Webhooks.Registry.All.Where(r => r.IsDynamic)]
            : throw new JiraProblem(403, "Access to this resource must be authenticated as an app.");
    }

    static async Task<IReadOnlyList<long>> Ids(HttpContext context, FakeJiraServer jira)
    {
        var own = Own(context, jira).Select(r => r.Id).ToHashSet();
        var ids = (await context.Body()).Texts("webhookIds") ?? throw new JiraProblem(400, "The webhookIds are required.");
        return [.. ids.Select(id => long.TryParse(id, out var number) ? number : throw JiraProblem.BadPayload()).Where(own.Contains)];
    }

    static Task Failed(HttpContext context, FakeJiraServer jira)
    {
        Own(context, jira);
        var after = long.TryParse(context.Request.Query["after"], out var ms) ? ms : 0;
        var since = jira.Clock.GetUtcNow().AddHours(-72);
        var failed = jira.Webhooks.Failed.Where(f => f.Delivery.Registration.IsDynamic && f.At > since && f.At.ToUnixTimeMilliseconds() > after);
        return Reply.Json(context, 200, new
        {
            values = failed.Select(f => new
            {
                id = f.Delivery.Identifier,
                body = Encoding.UTF8.GetString(f.Delivery.Body),
                url = f.Delivery.Url,
                failureTime = f.At.ToUnixTimeMilliseconds(),
            }),
            maxResults = 100,
        });
    }

    static Dictionary<string, object> Shown(ApiView view, WebhookRegistration r)
    {
        var shown = new Dictionary<string, object>
        {
            ["id"] = r.Id, ["url"] = r.Url, ["jqlFilter"] = r.Jql, ["events"] = r.Events, ["expirationDate"] = view.Time(r.Expires!.Value),
        };
        if (!r.Fields.IsEmpty) shown["fieldIdsFilter"] = r.Fields;
        if (!r.PropertyKeys.IsEmpty) shown["issuePropertyKeysFilter"] = r.PropertyKeys;
        return shown;
    }
}
