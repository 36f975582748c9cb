namespace Hub.FakeGithub;

/// <summary>The repository itself, its languages, branches and tags.</summary>
static class RepositoryEndpoints
{
    public static void Map(RestApi api)
    {
        api.MapRepository("GET", "", call => Answer.Ok(call.View.Repository(call.Repository), call.Repository.Updated));
        api.MapRepository("GET", "/languages", call => Answer.Ok(GithubView.Languages(call.Repository)));
        api.MapRepository("GET", "/topics", call => Answer.Ok(new { names = call.Repository.Topics }));
        api.MapRepository("GET", "/branches", call => call.Page(
            () => call.Repository.Git.Branches.Where(b => call.Query("protected") is not { } wanted || b.Protected == (wanted == "true")),
            branch => call.View.Branch(call.Repository, branch)));
        api.MapRepository("GET", "/branches/{**branch}", call => Answer.Ok(call.View.Branch(
            call.Repository, call.Repository.Git.Branch(call.Route("branch")) ?? throw new GithubProblem(404, "Branch not found"), whole: true)));
        api.MapRepository("GET", "/tags", call => call.Page(() => call.Repository.Git.Tags, tag => call.View.Tag(call.Repository, tag)));
    }
}
