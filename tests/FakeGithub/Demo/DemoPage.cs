namespace Hub.FakeGithub.Demo;

/// <summary>What a newcomer needs to know, as plain text: on the console and on <c>GET /</c>.</summary>
static class DemoPage
{
    public static string Text(FakeGithubServer github)
    {
        var repository = github.Repository;
        var origin = github.Url[..^github.Options.Prefix.Length];
        var open = repository.Pulls.All.LastOrDefault(p => p.Open)?.Number ?? 1;
        return $"""

            Fake GitHub, repository {repository.FullName}: {repository.Git.Log(repository.DefaultBranch).Count} commits, {repository.Pulls.All.Count} pull requests, {repository.Issues.All.Count} issues

              Address       {github.Url}
              Repository    {repository.FullName}
              Access token  {github.Options.Token}

            Look at it:
              curl -H 'Authorization: Bearer {github.Options.Token}' '{github.Url}/repos/{repository.FullName}/commits?per_page=3'

            Change it, and watch the change arrive in the hub:
              curl -X POST   '{origin}/demo/webhook?url=URL&secret=SECRET'          send a signed webhook there on each change
              curl -X POST   '{origin}/demo/commits?branch={repository.DefaultBranch}&message=HUB-1+Hello'
              curl -X POST   '{origin}/demo/branches?name=feature/HUB-2'
              curl -X POST   '{origin}/demo/pulls?title=HUB-2+Try&head=feature/HUB-2'
              curl -X POST   '{origin}/demo/pulls/{open}/review?state=APPROVED'
              curl -X POST   '{origin}/demo/pulls/{open}/merge'
              curl -X POST   '{origin}/demo/issues?title=It+fails'
              curl -X POST   '{origin}/demo/releases?tag=v9.0.0'
              curl -X POST   '{origin}/demo/rename?to=store'                        the old name is 301 from then on

            Make it misbehave:
              curl -X POST   '{origin}/demo/faults/primary?seconds=30&times=3'      403, nothing left until then
              curl -X POST   '{origin}/demo/faults/secondary?seconds=5&times=3'     403 with Retry-After
              curl -X POST   '{origin}/demo/faults/down?times=3'                    502
              curl -X POST   '{origin}/demo/webhook/fail?times=1'                   the next delivery fails; redeliver it by the API
              curl -X DELETE '{origin}/demo/faults'                                 behave again

            """;
    }
}
