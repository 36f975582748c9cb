using System.Text.Json.Nodes;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Text;
using Hub.Sync.Github;
using Hub.Sync.Github.Api;
using Hub.Sync.Providers;

namespace Hub.Sync.WebhookRegistrations;

/// <summary>A repository has exactly one webhook with the hub's address, and it is as wanted; then what it could not deliver is fetched.</summary>
internal sealed class GithubHooks(GithubGateway gateway, DeliveryRecovery recovery) : IWebhookKeeper
{
    public const string Kind = "github";
    private const int Unprocessable = 422;

    public static readonly IReadOnlyList<string> Events =
    [
        "create", "delete", "issue_comment", "issues", "pull_request", "pull_request_review", "pull_request_review_comment", "push", "release", "repository",
        "workflow_run",
    ];

    public string IntegrationType => RegistrationSignals.Github;

    public async Task Keep(RegistrationWork work, CancellationToken ct)
    {
        var (api, place) = (new GithubApi(work.Connection, gateway), PlaceOf(work.Connection));
        var hooks = await List(api, work.Connection, ct);
        var known = work.Known.HookAt(place, Kind);
        var ours = hooks.Where(hook => hook.Id == known || hook.Url == work.Url)
            .OrderByDescending(hook => hook.Url == work.Url).ThenByDescending(hook => hook.Id == known).ThenBy(hook => hook.Number).ToArray();
        if (work.Known.HookId is not null && known is null)
            await LeaveOldPlace(api, work, place, ct);
        if (ours.Length == 0)
            await Create(api, work, place, missing: known is not null, ct);
        else
        {
            (work.Found.Place, work.Found.HookId, work.Found.Kind) = (place, ours[0].Id, Kind);
            // First, because GitHub takes no second webhook with the same address.
            foreach (var twin in ours.Skip(1))
                await Delete(api, work, place, twin.Id, "it delivered everything a second time", ct);
            await Mend(api, work, place, ours[0], ct);
        }

        (work.Found.Events, work.Found.Active, work.Found.SecretFingerprint) = (Events, true, work.SecretFingerprint);
        await recovery.Run(api, $"{HooksOf(work.Connection)}/{work.Found.HookId}", work, ct);
    }

    public async Task Remove(RegistrationWork work, CancellationToken ct)
    {
        var place = PlaceOf(work.Connection);
        if (work.Known.HookAt(place, Kind) is { } id)
            await Delete(new GithubApi(work.Connection, gateway), work, place, id, "the hub shall not keep it any more", ct);
        work.Found.Forget();
    }

    private static async Task<GithubHook[]> List(GithubApi api, Connection connection, CancellationToken ct)
    {
        try
        {
            return [.. (await api.All($"{HooksOf(connection)}?per_page=100", ct)).Select(GithubHook.Read).OfType<GithubHook>()];
        }
        catch (ProviderFailure failure) when (failure.Reason is "permission" or "not_found")
        {
            // Without the right to see webhooks GitHub says that there is no such page.
            using var repository = await api.Get($"/repos/{connection.Repository()}", ct, false, 404);
            throw repository.Found ? NoRight(failure) : new ProviderFailure(
                "not_found", $"GitHub does not show the repository {connection.Repository()} to this credential, so its webhook cannot be kept.", false);
        }
    }

    private static async Task Create(GithubApi api, RegistrationWork work, string place, bool missing, CancellationToken ct)
    {
        using var made = await Write(api, HttpMethod.Post, HooksOf(work.Connection), Wanted(work, ("name", "web")), ct);
        work.Found.Forget();
        (work.Found.Place, work.Found.HookId, work.Found.Kind) = (place, made.Root.Text("id"), Kind);
        work.Found.Did(
            "created", missing ? "registered again, because it was gone" : "registered", AuditDiff.Between(null, new { kind = Kind, place, events = Events }));
        work.Found.Miss(missing ? "the webhook was gone from the repository" : "the webhook was registered");
    }

    private static async Task Mend(GithubApi api, RegistrationWork work, string place, GithubHook hook, CancellationToken ct)
    {
        var found = hook.Against(work, isKnown: hook.Id == work.Known.HookAt(place, Kind));
        if (!found.Any)
            return;
        using var changed = await Write(api, HttpMethod.Patch, $"{HooksOf(work.Connection)}/{hook.Id}", Wanted(work), ct);
        work.Found.Did("changed", found.Words, found.Diff);
        if (found.Missed)
            work.Found.Miss($"the webhook of {place} was not as wanted: {found.Words}");
    }

    private static async Task Delete(GithubApi api, RegistrationWork work, string place, string id, string why, CancellationToken ct)
    {
        using var gone = await api.Write(HttpMethod.Delete, $"/repos/{place.Split(' ')[^1]}/hooks/{id}", null, ct, 404);
        if (gone.Found)
            work.Found.Did("removed", $"removed from {place}, because {why}", AuditDiff.Between(new { kind = Kind, place }, null));
    }

    // The integration was pointed at another repository: the old one must not deliver here any more. What cannot be reached now stays there.
    private static async Task LeaveOldPlace(GithubApi api, RegistrationWork work, string place, CancellationToken ct)
    {
        var old = work.Known.Place!;
        if (old.Split(' ')[0] != place.Split(' ')[0])
            return;
        try
        {
            await Delete(api, work, old, work.Known.HookId!, "the integration belongs to another repository now", ct);
        }
        catch (ProviderFailure failure) when (!failure.Passing)
        {
            work.Found.Did("changed", $"the webhook at {old} could not be removed; remove it there by hand");
        }
    }

    /// <exception cref="ProviderFailure">It was not done.</exception>
    private static async Task<GithubPage> Write(GithubApi api, HttpMethod method, string place, JsonObject body, CancellationToken ct)
    {
        try
        {
            var answer = await api.Write(method, place, body, ct, Unprocessable);
            if (answer.Found)
                return answer;
            var said = string.Join(" ", answer.Root.Items("errors").Select(error => error.Text("message")).OfType<string>());
            answer.Dispose();
            throw said.Contains("20 hooks", StringComparison.OrdinalIgnoreCase)
                ? new ProviderFailure("config", "The repository has 20 webhooks, and GitHub allows no more. Remove one that is not needed any more.", false)
                : new ProviderFailure(
                    "config", $"GitHub does not take the webhook: {StorableText.OneLine(said)} The address must be one that GitHub can reach.",
                    passing: said.Contains("exists", StringComparison.Ordinal));
        }
        catch (ProviderFailure failure) when (failure.Reason is "permission" or "not_found")
        {
            throw NoRight(failure);
        }
    }

    private static ProviderFailure NoRight(ProviderFailure failure) => new(
        "permission",
        "The credential may not keep the repository's webhooks. It needs admin:repo_hook (classic token) or Webhooks: read and write (fine-grained), and "
        + $"its owner must be an administrator of the repository. GitHub says: {failure.Message}", false);

    private static JsonObject Wanted(RegistrationWork work, params (string Name, string Value)[] more)
    {
        // GitHub replaces the whole configuration, secret included, when any of it is sent.
        var body = new JsonObject
        {
            ["active"] = true, ["events"] = Differences.Texts(Events),
            ["config"] = new JsonObject { ["url"] = work.Url, ["content_type"] = "json", ["insecure_ssl"] = "0", ["secret"] = work.Secret },
        };
        foreach (var (name, value) in more)
            body[name] = value;
        return body;
    }

    private static string HooksOf(Connection connection) => $"/repos/{connection.Repository()}/hooks";

    private static string PlaceOf(Connection connection) => $"{connection.ApiBase()} {connection.Repository().ToLowerInvariant()}";
}
