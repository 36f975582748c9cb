using System.Text.Json;

namespace Hub.FakeGithub;

/// <summary>Who one is, what one may reach, and how much is left: for people, and for the App and its installation.</summary>
static class AccountEndpoints
{
    static readonly object Permissions = new { actions = "read", contents = "read", issues = "read", metadata = "read", pull_requests = "read", repository_hooks = "write" };

    public static void Map(RestApi api)
    {
        api.Map("GET", "/user", call =>
        {
            GithubAccess.RequireUser(call.Caller);
            return Answer.Ok(call.View.User(call.Github.Account)!);
        });
        api.Map("GET", "/rate_limit", call => Answer.Ok(call.Github.Limits.Show(call.Caller)));
        api.Map("GET", "/user/repos", call =>
        {
            GithubAccess.RequireUser(call.Caller);
            return Repositories(call, _ => true, null);
        });
        api.Map("GET", "/orgs/{org}/repos", call => Repositories(call, r => r.Owner.Login.Equals(call.Route("org"), StringComparison.OrdinalIgnoreCase), null));
        api.Map("GET", "/installation/repositories", call => call.Caller.IsInstallation
            ? Repositories(call, _ => true, (total, page) => new
            {
                total_count = total, repository_selection = call.Caller.Repositories is null ? "all" : "selected", repositories = page,
            })
            : throw new GithubProblem(403, "You must authenticate with an installation access token in order to list repositories for an installation."));
        api.Map("GET", "/app", call => Answer.Ok(App(call)));
        api.Map("GET", "/app/installations", call => Answer.Ok(new[] { Installation(call) }));
        api.Map("GET", "/app/installations/{id:long}", call => Answer.Ok(Installation(Known(call))));
        api.Map("POST", "/app/installations/{id:long}/access_tokens", call => Token(Known(call)));
    }

    static Answer Repositories(Call call, Func<GithubRepository, bool> wanted, Func<int, IEnumerable<object>, object>? wrap) => call.Page(
        () => call.Github.Repositories.All.Where(r => wanted(r) && call.Github.Access.Sees(call.Caller, r)).OrderBy(r => r.FullName, StringComparer.Ordinal),
        call.View.Repository, wrap);

    static Call Known(Call call) => call.Id("id") == call.Github.Options.InstallationId ? call : throw GithubProblem.NotFound();

    static object App(Call call) => new
    {
        id = call.Github.Options.AppId, client_id = call.Github.Options.ClientId, slug = "integration-hub",
        node_id = GithubView.NodeId("App", call.Github.Options.AppId),
        owner = call.View.User(Owner(call)), name = "Integration Hub", description = "", external_url = "https://hub.example.com",
        html_url = "https://github.com/apps/integration-hub",
        created_at = "2020-09-01T14:56:16Z", updated_at = "2020-09-01T14:56:16Z", permissions = Permissions, events = new[] { "push", "pull_request" },
        installations_count = 1,
    };

    static object Installation(Call call)
    {
        var url = $"{call.Github.Url}/app/installations/{call.Github.Options.InstallationId}";
        return new
        {
            id = call.Github.Options.InstallationId, account = call.View.User(Owner(call)), repository_selection = "all",
            access_tokens_url = $"{url}/access_tokens",
            repositories_url = $"{call.Github.Url}/installation/repositories", app_id = call.Github.Options.AppId, app_slug = "integration-hub",
            target_id = Owner(call)?.Id,
            target_type = "Organization", permissions = Permissions, events = new[] { "push", "pull_request" }, created_at = "2020-09-01T14:56:49.000Z",
            updated_at = "2020-09-01T14:56:49.000Z", suspended_at = call.Github.Access.InstallationSuspended ? "2020-10-01T00:00:00Z" : null,
        };
    }

    static GithubUser? Owner(Call call) => call.Github.Repositories.All is [var first, ..] ? first.Owner : null;

    static Answer Token(Call call)
    {
        if (call.Github.Access.InstallationSuspended) throw new GithubProblem(403, "This installation has been suspended");
        var body = call.Body();
        var chosen = Chosen(call, body, "repository_ids", (r, v) => v.TryGetInt64(out var id) && r.Id == id)
            ?? Chosen(call, body, "repositories", (r, v) => r.Name.Equals(v.ToString(), StringComparison.OrdinalIgnoreCase));
        var (token, expires) = call.Github.Access.Mint(chosen?.Select(r => r.Id).ToHashSet());
        return new Answer(201, chosen is null
            ? new { token, expires_at = GithubView.At(expires), permissions = Permissions, repository_selection = "all" }
            : new { token, expires_at = GithubView.At(expires), permissions = Permissions, repository_selection = "selected", repositories = chosen.Select(call.View.Repository) });
    }

    static List<GithubRepository>? Chosen(Call call, JsonElement body, string name, Func<GithubRepository, JsonElement, bool> matches)
    {
        if (!body.TryGetProperty(name, out var wanted) || wanted.ValueKind != JsonValueKind.Array) return null;
        return wanted.EnumerateArray().Select(value => call.Github.Repositories.All.FirstOrDefault(r => !r.Hidden && matches(r, value))
            ?? throw new GithubProblem(422, "There is at least one repository that does not exist or is not accessible to the parent installation.")).ToList();
    }
}
