namespace Hub.FakeGithub;

/// <summary>Pull requests, their reviews, commits and files. There is no <c>since</c>.</summary>
static class PullEndpoints
{
    public static void Map(RestApi api)
    {
        api.MapRepository("GET", "/pulls", List);
        api.MapRepository("GET", "/pulls/{number:int}", call =>
        {
            var pull = Pull(call);
            return Answer.Ok(call.View.WholePull(call.Repository, pull, call.Repository.Pulls.Mergeable(pull)), pull.Updated);
        });
        api.MapRepository("GET", "/pulls/{number:int}/reviews", call => call.Page(
            () => call.Repository.Pulls.Reviews(Pull(call).Number), review => call.View.Review(call.Repository, review)));
        api.MapRepository("GET", "/pulls/{number:int}/commits", call => call.Page(
            () => GithubView.Compared(call.Repository, Pull(call))?.Ahead.Take(250) ?? [], commit => call.View.Commit(call.Repository, commit)));
        api.MapRepository("GET", "/pulls/{number:int}/files", call =>
        {
            var head = call.Repository.Git.Resolve(Pull(call).HeadSha)!;
            return call.Page(() => GithubView.Compared(call.Repository, Pull(call))?.Files.Take(3000) ?? [],
                file => call.View.File(call.Repository, head, file));
        });
    }

    static GithubPull Pull(Call call) => call.Repository.Pulls.Find((int)call.Id("number")) ?? throw GithubProblem.NotFound();

    static Answer List(Call call)
    {
        var (state, sort, head, onto) = (call.Query("state") ?? "open", call.Query("sort") ?? "created", call.Query("head"), call.Query("base"));
        // Newest first unless the order is another than by creation.
        var descending = (call.Query("direction") ?? (sort == "created" ? "desc" : "asc")) == "desc";
        bool Wanted(GithubPull pull) =>
            (state == "all" || pull.Open == (state == "open")) && (onto is null || pull.BaseRef == onto)
            && (head is null || head == pull.HeadRef || head == $"{call.Repository.Owner.Login}:{pull.HeadRef}");

        var shown = call.View.Repository(call.Repository);
        return call.Page(
            () => call.Repository.Pulls.All.Where(Wanted), pull => call.View.Pull(call.Repository, pull, shown),
            pull => (sort == "updated" ? pull.Updated.UtcTicks : pull.Created.UtcTicks, pull.Number), descending);
    }
}
