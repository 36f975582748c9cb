using System.Text;
using Hub.Fakes;

namespace Hub.FakeGithub.Demo;

/// <summary>Changes made by hand, without credentials; each answers with one line about what happened, webhooks included.</summary>
static class DemoEndpoints
{
    public static void Map(FakeGithubServer github, IEndpointRouteBuilder app)
    {
        var repository = github.Repository;
        app.MapMethods("/", ["GET"], context => Write(context, 200, DemoPage.Text(github)));
        void Change(string path, Func<HttpContext, string> change) => app.MapMethods(path, ["POST"], context => Told(context, github, () => change(context)));
        void Script(string path, Func<HttpContext, Fault> fault) => app.MapMethods(path, ["POST"], context =>
        {
            github.Faults.Next("/", fault(context), Number(context, "times", 1));
            return Write(context, 200, $"The next {Number(context, "times", 1)} requests are answered so.\n");
        });

        Change("/demo/webhook", c => $"Every change is announced to {repository.Hooks.Create(Asked(c, "url"), Asked(c, "secret", "")).Url} from now on");
        Change("/demo/commits", c => repository.Git.Commit(Asked(c, "branch", repository.DefaultBranch), Asked(c, "message")).Sha);
        Change("/demo/branches", c => repository.Git.CreateBranch(Asked(c, "name")).Name);
        Change("/demo/pulls", c => $"#{repository.Pulls.Open(Asked(c, "title"), Asked(c, "head")).Number}");
        Change("/demo/pulls/{number:int}/review", c => repository.Pulls.Review(Routed(c), Asked(c, "state", "APPROVED")).State);
        Change("/demo/pulls/{number:int}/merge", c => $"merged as {repository.Pulls.Merge(Routed(c)).MergeCommitSha}");
        Change("/demo/issues", c => $"#{repository.Issues.Open(Asked(c, "title")).Number}");
        Change("/demo/releases", c => repository.Releases.Create(Asked(c, "tag")).TagName);
        Change("/demo/rename", c =>
        {
            github.Repositories.Rename(repository.FullName, Asked(c, "to"));
            return repository.FullName;
        });
        Script("/demo/faults/primary", c => Fault.PrimaryLimit(Number(c, "seconds", 30)));
        Script("/demo/faults/secondary", c => Fault.SecondaryLimit(Number(c, "seconds", 5)));
        Script("/demo/faults/down", _ => Fault.Problem(502));
        app.MapMethods("/demo/webhook/fail", ["POST"], context =>
        {
            github.Webhooks.Next(DeliveryFate.Fails, Number(context, "times", 1));
            return Write(context, 200, "The next deliveries fail.\n");
        });
        app.MapMethods("/demo/faults", ["DELETE"], context =>
        {
            github.Faults.Clear();
            return Write(context, 200, "Behaving again.\n");
        });
    }

    static string Asked(HttpContext context, string name, string? otherwise = null) =>
        context.Request.Query.TryGetValue(name, out var value) && value.ToString().Length > 0
            ? value.ToString() : otherwise ?? throw new KeyNotFoundException($"{name} is missing");

    static int Number(HttpContext context, string name, int otherwise) =>
        int.TryParse(context.Request.Query[name], out var value) && value > 0 ? value : otherwise;

    static int Routed(HttpContext context) => int.Parse((string)context.Request.RouteValues["number"]!, provider: null);

    static async Task Told(HttpContext context, FakeGithubServer github, Func<string> change)
    {
        string what;
        try
        {
            what = change();
        }
        catch (KeyNotFoundException wrong)
        {
            await Write(context, 400, $"{wrong.Message}\n");
            return;
        }

        await github.Webhooks.Idle();
        var last = github.Repository.Hooks.Deliveries is [.., var newest] ? newest : null;
        var webhook = last is null ? "no webhook registered" : $"webhook {last.Event}: {last.StatusCode} {last.Status}";
        await Write(context, 200, $"{what}; {webhook}\n");
    }

    static Task Write(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), context.RequestAborted).AsTask();
    }
}
