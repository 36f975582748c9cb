namespace Hub.FakeGithub;

/// <summary>Issues, among which are all pull requests, and their comments.</summary>
static class IssueEndpoints
{
    sealed record Either(GithubIssue? Issue, GithubPull? Pull)
    {
        public bool Open => Issue?.Open ?? Pull!.Open;
        public int Number => Issue?.Number ?? Pull!.Number;
        public DateTimeOffset Created => Issue?.Created ?? Pull!.Created;
        public DateTimeOffset Updated => Issue?.Updated ?? Pull!.Updated;
        public IReadOnlyList<string> Labels => Issue?.Labels ?? Pull!.Labels;
    }

    public static void Map(RestApi api)
    {
        api.MapRepository("GET", "/issues", List);
        api.MapRepository("GET", "/issues/{number:int}", Read);
        api.MapRepository("GET", "/issues/{number:int}/comments", call =>
        {
            var number = Find(call)?.Number ?? throw GithubProblem.NotFound();
            var since = call.Time("since");
            return call.Page(
                () => call.Repository.Issues.Comments(number).Where(c => since is null || c.Updated >= since),
                comment => call.View.Comment(call.Repository, comment));
        });
    }

    /// <summary><c>since</c> takes what was updated then or later.</summary>
    static Answer List(Call call)
    {
        var (state, sort, since) = (call.Query("state") ?? "open", call.Query("sort") ?? "created", call.Time("since"));
        var labels = call.Query("labels")?.Split(',') ?? [];
        bool Wanted(Either entry) =>
            (state == "all" || entry.Open == (state == "open")) && (since is null || entry.Updated >= since) && labels.All(l => entry.Labels.Contains(l));

        return call.Page(
            () => call.Repository.Issues.All.Select(i => new Either(i, null)).Concat(call.Repository.Pulls.All.Select(p => new Either(null, p))).Where(Wanted),
            entry => Show(call, entry),
            entry => (Rank(call, sort, entry), entry.Number), (call.Query("direction") ?? "desc") == "desc");
    }

    static long Rank(Call call, string sort, Either entry) => sort switch
    {
        "updated" => entry.Updated.UtcTicks,
        "comments" => call.Repository.Issues.Comments(entry.Number).Count,
        _ => entry.Created.UtcTicks,
    };

    static Answer Read(Call call)
    {
        if (Find(call) is { } found) return Answer.Ok(Show(call, found), found.Updated);
        var number = (int)call.Id("number");
        if (call.Repository.Issues.WasDeleted(number)) throw new GithubProblem(410, "This issue was deleted");
        if (call.Repository.Issues.MovedTo(number) is not { } moved) throw GithubProblem.NotFound();
        var url = $"{call.Github.Url}/repositories/{moved.To.Id}/issues/{moved.Number}";
        return new Answer(301, new { message = "Moved Permanently", url, documentation_url = GithubProblem.Documentation }) { Headers = { ["Location"] = url } };
    }

    static object Show(Call call, Either entry) =>
        entry.Issue is { } issue ? call.View.Issue(call.Repository, issue) : call.View.Issue(call.Repository, entry.Pull!);

    static Either? Find(Call call)
    {
        var number = (int)call.Id("number");
        return call.Repository.Issues.Find(number) is { } issue ? new Either(issue, null)
            : call.Repository.Pulls.Find(number) is { } pull ? new Either(null, pull) : null;
    }
}
