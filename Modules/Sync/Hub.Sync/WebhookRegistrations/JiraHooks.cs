using Hub.Integrations.Contracts;
using Hub.SharedKernel.Auditing;
using Hub.Sync.Jira;
using Hub.Sync.Providers;

namespace Hub.Sync.WebhookRegistrations;

/// <summary>
/// A Jira has exactly one webhook with the hub's address, and it is as wanted: one of its administration where the account is an administrator, else one of
/// an app where the credential is an app's.
/// </summary>
internal sealed class JiraHooks(BudgetedHttp http, TimeProvider time) : IWebhookKeeper
{
    private const string NoRight =
        "The account may not keep Jira's webhooks: only a Jira administrator may. Give the account of the integration that permission, or register the webhook "
        + "by hand.";

    public string IntegrationType => RegistrationSignals.Jira;

    public async Task Keep(RegistrationWork work, CancellationToken ct)
    {
        var site = new JiraSite(http, work.Connection, time);
        var (place, cloud) = (PlaceOf(work.Connection), await site.IsCloud(ct));
        if (cloud && IsApp(work.Connection))
        {
            await JiraDynamicHooks.Keep(site, work, place, await JiraDynamicHooks.List(site, ct), time.GetUtcNow(), ct);
            return;
        }

        try
        {
            var (admin, hooks) = await List(site, work, cloud, ct);
            await KeepAdmin(site, admin, hooks, work, place, ct);
        }
        catch (ProviderFailure failure) when (failure.Reason is "permission" or "auth")
        {
            if (failure.Reason is "auth")
                await site.RequireAccount(ct);
            if (!cloud || await Own(site, work, ct) is not { Count: > 0 } own)
                throw new ProviderFailure("permission", $"{NoRight} Jira says: {failure.Message}", false);
            await JiraDynamicHooks.Keep(site, work, place, own, time.GetUtcNow(), ct);
        }
    }

    public async Task Remove(RegistrationWork work, CancellationToken ct)
    {
        var site = new JiraSite(http, work.Connection, time);
        var place = PlaceOf(work.Connection);
        if (work.Known.Kind is { } kind && work.Known.HookAt(place, kind) is { } id)
        {
            var there = true;
            if (kind == JiraDynamicHooks.Kind)
                await JiraDynamicHooks.Delete(site, [id], ct);
            else
                there = await AdminOf(kind).Delete(site, id, ct);
            if (there)
                Removed(work, place, "the hub shall not keep it any more");
        }

        work.Found.Forget();
    }

    private static async Task KeepAdmin(
        JiraSite site, JiraAdminHooks admin, IReadOnlyList<JiraHook> hooks, RegistrationWork work, string place, CancellationToken ct)
    {
        var (jql, known, found) = (JiraHook.JqlOf(work.Connection), work.Known.HookAt(place, admin.Kind), work.Found);
        var ours = hooks.Where(hook => hook.Url == work.Url || (hook.Id == known && hook.Name == JiraAdminHooks.Name))
            .OrderByDescending(hook => hook.Id == known).ThenBy(hook => hook.Id, StringComparer.Ordinal).ToArray();
        if (ours.Length == 0)
        {
            found.Forget();
            (found.HookId, found.Kind, found.Place) = (await admin.Create(site, work, jql, ct), admin.Kind, place);
            found.Did(
                "created", known is null ? "registered" : "registered again, because it was gone",
                AuditDiff.Between(null, new { kind = admin.Kind, place, events = JiraHook.AllEvents, jql }));
            found.Miss(known is null ? "the webhook was registered" : "the webhook was gone from Jira");
        }
        else
        {
            (found.HookId, found.Kind, found.Place) = (ours[0].Id, admin.Kind, place);
            var differences = ours[0].Against(work, jql, isKnown: ours[0].Id == known);
            if (differences.Any)
            {
                await admin.Change(site, ours[0].Id, work, jql, ct);
                found.Did("changed", differences.Words, differences.Diff);
                if (differences.Missed)
                    found.Miss($"the webhook was not as wanted: {differences.Words}");
            }

            foreach (var twin in ours.Skip(1))
                if (await admin.Delete(site, twin.Id, ct))
                    Removed(work, place, "it delivered everything a second time");
        }

        (found.Events, found.Active, found.ExpiresAt, found.SecretFingerprint) = (JiraHook.AllEvents, true, null, work.SecretFingerprint);
    }

    /// <summary>At the address that worked the last time, else at the other one.</summary>
    private static async Task<(JiraAdminHooks Admin, IReadOnlyList<JiraHook> Hooks)> List(JiraSite site, RegistrationWork work, bool cloud, CancellationToken ct)
    {
        var first = AdminOf(cloud ? null : work.Known.Kind);
        try
        {
            return (first, await first.List(site, ct));
        }
        catch (ProviderFailure failure) when (!cloud && failure.Reason is "not_found")
        {
            var other = first == JiraAdminHooks.Usual ? JiraAdminHooks.Server : JiraAdminHooks.Usual;
            return (other, await other.List(site, ct));
        }
    }

    /// <summary>Those of the app that the credential belongs to, if it belongs to one.</summary>
    private static async Task<IReadOnlyList<JiraHook>?> Own(JiraSite site, RegistrationWork work, CancellationToken ct)
    {
        try
        {
            return [.. (await JiraDynamicHooks.List(site, ct)).Where(hook => hook.Url == work.Url)];
        }
        catch (ProviderFailure failure) when (!failure.Passing)
        {
            return null;
        }
    }

    private static void Removed(RegistrationWork work, string place, string why) =>
        work.Found.Did("removed", $"removed, because {why}", AuditDiff.Between(new { kind = work.Found.Kind, place }, null));

    private static JiraAdminHooks AdminOf(string? kind) => kind == JiraAdminHooks.Server.Kind ? JiraAdminHooks.Server : JiraAdminHooks.Usual;

    // Tokens of people are sent with an e-mail; a bearer token on Cloud is an app's.
    private static bool IsApp(Connection connection) =>
        connection.Headers.GetValueOrDefault("Authorization")?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) == true;

    private static string PlaceOf(Connection connection) => (connection.Setting("base_url") ?? "").TrimEnd('/').ToLowerInvariant();
}
