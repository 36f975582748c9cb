using System.Collections.Immutable;
using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>
/// The webhooks of the administration page. Cloud and Data Center before 10 have them at one address, Data Center from 10 on at another and in
/// another shape. A secret is kept but never shown; a change that leaves it out keeps it.
/// </summary>
static class AdminWebhookEndpoints
{
    public static void Map(RestApi api, IEndpointRouteBuilder app)
    {
        var jira = api.Jira;
        var isNew = !api.Cloud && int.Parse(jira.Options.ServerVersion.Split('.')[0], null) >= 10;
        var path = isNew ? "/rest/jira-webhook/1.0/webhooks" : "/rest/webhooks/1.0/webhook";
        object Shown(WebhookRegistration r) => isNew ? OfServer(r) : OfCloud(jira, $"{jira.Url}{path}/{r.Id}", r);
        Func<JsonElement, WebhookRegistration, WebhookRegistration> read = isNew ? ReadServer : ReadCloud;

        On("GET", path, context => Reply.Json(context, 200, Admin(jira).Select(Shown)));
        On("POST", path, async context =>
        {
            var body = await context.Body();
            var made = jira.Webhooks.Registry.Add(Url(body) ?? throw Missing("url"), r => read(body, r with { Name = Name(body) ?? throw Missing("name") }));
            await Reply.Json(context, 201, Shown(made));
        });
        On("GET", $"{path}/{{id}}", context => Reply.Json(context, 200, Shown(Named(context, jira))));
        On("PUT", $"{path}/{{id}}", async context =>
        {
            var body = await context.Body();
            var changed = jira.Webhooks.Registry.Change(Named(context, jira).Id, r =>
                read(body, r with { Name = Name(body) ?? r.Name, Url = Url(body) ?? r.Url }));
            await Reply.Json(context, 200, Shown(changed ?? throw NotThere()));
        });
        On("DELETE", $"{path}/{{id}}", context =>
        {
            jira.Webhooks.Registry.Remove(Named(context, jira).Id);
            return Reply.Nothing(context);
        });

        void On(string verb, string at, RequestDelegate handle) => app.MapMethods(at, [verb], context =>
        {
            context.RequireAdministrator(jira);
            return handle(context);
        });
    }

    static IEnumerable<WebhookRegistration> Admin(FakeJiraServer jira) => jira.Webhooks.Registry.All.Where(r => !r.IsDynamic);

    static WebhookRegistration Named(HttpContext context, FakeJiraServer jira) =>
        Admin(jira).FirstOrDefault(r => $"{r.Id}" == context.Route("id")) ?? throw NotThere();

    static string? Url(JsonElement body) => body.Text("url") is not { } url ? null
        : Uri.TryCreate(url.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal), UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https" ? url : throw JiraProblem.Field("url", "The URL is not valid.");

    static string? Name(JsonElement body) => body.Text("name");

    static WebhookRegistration ReadCloud(JsonElement body, WebhookRegistration old) => old with
    {
        Secret = body.Text("secret") ?? old.Secret,
        Events = Events(body) ?? old.Events,
        Enabled = Flag(body.Get("enabled")) ?? old.Enabled,
        ExcludeBody = Flag(body.Get("excludeBody")) ?? old.ExcludeBody,
        Jql = Filter(body) ?? old.Jql,
    };

    static WebhookRegistration ReadServer(JsonElement body, WebhookRegistration old)
    {
        // A secret beside the configuration is ignored without a word: the webhook then comes unsigned.
        var configuration = body.Get("configuration") ?? default;
        return old with
        {
            Secret = configuration.Text("SECRET") ?? old.Secret,
            Events = Events(body) ?? old.Events,
            Enabled = Flag(body.Get("active")) ?? old.Enabled,
            ExcludeBody = Flag(configuration.Get("EXCLUDE_BODY")) ?? old.ExcludeBody,
            Jql = configuration.Text("FILTERS") is { Length: > 0 } filters ? Filter(filters) : Filter(body) ?? old.Jql,
        };
    }

    static ImmutableArray<string>? Events(JsonElement body)
    {
        if (body.Texts("events") is not { } events) return null;
        var unknown = events.FirstOrDefault(e => !WebhookEvents.Known.Contains(e));
        return unknown is null ? [.. events] : throw JiraProblem.Field("events", $"'{unknown}' is not an event.");
    }

    static string? Filter(JsonElement body) => body.Get("filters")?.Text("issue-related-events-section");

    static string Filter(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(json).Text("issue-related-events-section") ?? "";
        }
        catch (JsonException)
        {
            throw JiraProblem.BadPayload();
        }
    }

    static bool? Flag(JsonElement? value) => value?.ValueKind switch
    {
        null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when bool.TryParse(value.Value.GetString(), out var flag) => flag,
        _ => throw JiraProblem.BadPayload(),
    };

    static object OfCloud(FakeJiraServer jira, string self, WebhookRegistration r) => new
    {
        name = r.Name,
        url = r.Url,
        excludeBody = r.ExcludeBody,
        filters = Filters(r),
        events = r.Events,
        enabled = r.Enabled,
        isSigned = r.Secret is not null,
        self,
        lastUpdatedUser = jira.Options.Deployment == Deployment.Cloud ? jira.Account.AccountId : jira.Account.Name,
        lastUpdatedDisplayName = jira.Account.DisplayName,
        lastUpdated = r.Updated.ToUnixTimeMilliseconds(),
    };

    static object OfServer(WebhookRegistration r) => new
    {
        id = r.Id,
        name = r.Name,
        createdDate = r.Updated.ToUnixTimeMilliseconds(),
        updatedDate = r.Updated.ToUnixTimeMilliseconds(),
        events = r.Events,
        configuration = new Dictionary<string, string>
        {
            ["EXCLUDE_BODY"] = r.ExcludeBody ? "true" : "false",
            ["FILTERS"] = JsonSerializer.Serialize(Filters(r)),
        },
        url = r.Url,
        active = r.Enabled,
        scopeType = "global",
        sslVerificationRequired = true,
    };

    static Dictionary<string, string> Filters(WebhookRegistration r) => new() { ["issue-related-events-section"] = r.Jql };

    static JiraProblem Missing(string field) => JiraProblem.Field(field, $"The {field} of a webhook is required.");

    static JiraProblem NotThere() => new(404, "The webhook does not exist.");
}
