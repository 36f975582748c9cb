using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Text;
using Hub.Sync.Github.Api;
using Hub.Sync.Jira;
using Hub.Sync.Providers;

namespace Hub.Sync.WebhookRegistrations;

/// <summary>
/// The webhooks of an app on Jira Cloud: they end after 30 days unless they are renewed, all of an app have one address, and one is never changed but made
/// anew.
/// </summary>
internal static class JiraDynamicHooks
{
    public const string Kind = "jira_dynamic";
    private const string Path = "/rest/api/3/webhook";
    private const int PageSize = 100;
    private static readonly TimeSpan Life = TimeSpan.FromDays(30);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(7);

    /// <exception cref="ProviderFailure"><c>permission</c> for whoever is no app.</exception>
    public static async Task<IReadOnlyList<JiraHook>> List(JiraSite site, CancellationToken ct)
    {
        var all = new List<JiraHook>();
        for (var last = false; !last;)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{Path}?startAt={all.Count}&maxResults={PageSize}");
            using var page = await site.Send(HttpMethod.Get, place, null, ct);
            var items = page.RootElement.Items("values").Select(JiraHook.ReadDynamic).OfType<JiraHook>().ToArray();
            all.AddRange(items);
            last = items.Length == 0 || page.RootElement.At("isLast").ValueKind is not JsonValueKind.False;
        }

        return all;
    }

    /// <summary>Keeps the one with the hub's address alive and as wanted.</summary>
    public static async Task Keep(JiraSite site, RegistrationWork work, string place, IReadOnlyList<JiraHook> all, DateTimeOffset now, CancellationToken ct)
    {
        var (jql, found, known) = (JiraHook.JqlOf(work.Connection), work.Found, work.Known.HookAt(place, Kind));
        if (jql.Length == 0)
            throw new ProviderFailure("config", "A webhook of an app needs a filter: name the projects of the integration.", false);
        var ours = all.Where(hook => hook.Url == work.Url || hook.Id == known).ToArray();
        var kept = ours.FirstOrDefault(hook => hook.Url == work.Url && JiraHook.SameJql(hook.Jql, jql) && hook.Events.ToHashSet().SetEquals(JiraHook.AppEvents));
        var others = ours.Where(hook => hook != kept).Select(hook => hook.Id).ToArray();
        if (others.Length > 0)
        {
            await Delete(site, others, ct);
            found.Did("removed", "removed, because address, filter or events were others", AuditDiff.Between(new { kind = Kind, place }, null));
        }

        if (kept is null)
            kept = await Create(site, work, place, jql, known is not null, now, ct);
        else if (kept.ExpiresAt is not { } end || end - now < RenewBefore)
            kept = kept with { ExpiresAt = await Renew(site, kept, found, now, ct) };
        (found.Kind, found.Place, found.HookId, found.Events, found.Active, found.ExpiresAt) = (Kind, place, kept.Id, kept.Events, true, kept.ExpiresAt);
        found.SecretFingerprint = null;
        found.Remark = (
            "config",
            "Jira signs the webhooks of apps with a token of its own (JWT), which this hub does not verify: it refuses these deliveries. Let the integration use "
            + "the API token of a Jira administrator, or keep a schedule that reads what changes.");
    }

    public static async Task Delete(JiraSite site, IReadOnlyList<string> ids, CancellationToken ct)
    {
        using var gone = await site.Send(HttpMethod.Delete, Path, Ids(ids), ct);
    }

    private static async Task<JiraHook> Create(
        JiraSite site, RegistrationWork work, string place, string jql, bool missing, DateTimeOffset now, CancellationToken ct)
    {
        var events = new JsonArray([.. JiraHook.AppEvents.Select(one => JsonValue.Create(one))]);
        using var answer = await site.Send(HttpMethod.Post, Path, new JsonObject
        {
            ["url"] = work.Url,
            ["webhooks"] = new JsonArray(new JsonObject { ["events"] = events, ["jqlFilter"] = jql }),
        }, ct);
        var result = answer.RootElement.Items("webhookRegistrationResult").FirstOrDefault();
        if (result.Text("createdWebhookId") is not { } id)
        {
            var said = string.Join(" ", result.Items("errors").Select(error => error.Text()));
            throw new ProviderFailure("config", $"Jira does not take the webhook: {StorableText.OneLine(said)}", false);
        }

        work.Found.Did(
            "created", missing ? "registered again, because it was gone or not as wanted" : "registered",
            AuditDiff.Between(null, new { kind = Kind, place, events = JiraHook.AppEvents, jql }));
        work.Found.Miss(missing ? "the webhook was gone from Jira or not as wanted" : "the webhook was registered");
        return new JiraHook(id, null, work.Url, true, jql, JiraHook.AppEvents, false, null, now + Life);
    }

    private static async Task<DateTimeOffset> Renew(JiraSite site, JiraHook hook, Findings found, DateTimeOffset now, CancellationToken ct)
    {
        using var answer = await site.Send(HttpMethod.Put, $"{Path}/refresh", Ids([hook.Id]), ct);
        var end = JiraTime.Instant(answer.RootElement.At("expirationDate")) ?? now + Life;
        found.Did("changed", "renewed for 30 days", AuditDiff.Between(new { expires_at = hook.ExpiresAt }, new { expires_at = end }));
        return end;
    }

    private static JsonObject Ids(IReadOnlyList<string> ids) => new()
    {
        ["webhookIds"] = new JsonArray([.. ids.Select(id => JsonValue.Create(long.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture)))]),
    };
}
