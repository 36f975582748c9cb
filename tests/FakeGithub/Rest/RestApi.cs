namespace Hub.FakeGithub;

/// <summary>Maps handlers below a repository, by its name and by its number, and beside it.</summary>
sealed class RestApi(IEndpointRouteBuilder app, FakeGithubServer github)
{
    const string Outcome = "outcome";

    public static Answer? Of(HttpContext context) => context.Items.TryGetValue(Outcome, out var answer) ? (Answer?)answer : null;

    public void Map(string verb, string path, Func<Call, Answer> handle) => app.MapMethods(path, [verb], context => Run(context, handle, false));

    public void MapRepository(string verb, string path, Func<Call, Answer> handle)
    {
        app.MapMethods($"/repos/{{owner}}/{{repo}}{path}", [verb], context => Run(context, handle, true));
        app.MapMethods($"/repositories/{{repository_id:long}}{path}", [verb], context => Run(context, handle, true));
    }

    Task Run(HttpContext context, Func<Call, Answer> handle, bool inRepository)
    {
        var call = new Call(context, github, Caller.Of(context));
        if (inRepository && Moved(call) is { } moved) context.Items[Outcome] = moved;
        else context.Items[Outcome] = handle(call);
        return Task.CompletedTask;
    }

    /// <summary>Finds the repository; the answer of one that has another name now is where it went.</summary>
    Answer? Moved(Call call)
    {
        var byNumber = call.Route("repository_id");
        var name = $"{call.Route("owner")}/{call.Route("repo")}";
        var path = call.Request.Path.Value!;
        var found = byNumber.Length > 0 ? github.Repositories.Find(call.Id("repository_id")) : github.Repositories.Find(name);
        var skipped = byNumber.Length > 0 ? $"/repositories/{byNumber}" : $"/repos/{name}";
        call.Rest = path[Math.Min(skipped.Length, path.Length)..];
        if (found is null && byNumber.Length == 0 && github.Repositories.Formerly(name) is { } former)
        {
            github.Access.Enter(call.Caller, former);
            var location = $"{github.Url}/repositories/{former.Id}{call.Rest}{call.Request.QueryString}";
            // Only what reads may be answered with 301: callers turn a moved POST into a GET.
            var body = new { message = "Moved Permanently", url = location, documentation_url = "https://docs.github.com/v3/#http-redirects" };
            return new Answer(call.Request.Method == "GET" ? 301 : 307, body)
            {
                Headers = { ["Location"] = location },
            };
        }

        call.Repository = found ?? throw GithubProblem.NotFound();
        github.Access.Enter(call.Caller, found);
        return null;
    }
}
