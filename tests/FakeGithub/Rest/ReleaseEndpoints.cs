namespace Hub.FakeGithub;

/// <summary>Releases, newest first. Drafts are shown to who may write, so not to anonymous callers.</summary>
static class ReleaseEndpoints
{
    public static void Map(RestApi api)
    {
        api.MapRepository("GET", "/releases", call => call.Page(
            () => call.Repository.Releases.All.Where(r => !r.Draft || !call.Caller.IsAnonymous).OrderByDescending(r => r.Created).ThenByDescending(r => r.Id),
            release => call.View.Release(call.Repository, release)));
        api.MapRepository("GET", "/releases/latest", call => Show(
            call, call.Repository.Releases.All.Where(r => !r.Draft && !r.Prerelease).MaxBy(r => (r.Created, r.Id))));
        api.MapRepository("GET", "/releases/{id:long}", call => Show(call, call.Repository.Releases.Find(call.Id("id"))));
        api.MapRepository("GET", "/releases/tags/{**tag}", call => Show(
            call, call.Repository.Releases.All.FirstOrDefault(r => !r.Draft && r.TagName == call.Route("tag"))));
    }

    static Answer Show(Call call, GithubRelease? release) => Answer.Ok(call.View.Release(call.Repository, release ?? throw GithubProblem.NotFound()));
}
