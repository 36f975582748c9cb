using Hub.Fakes;

namespace Hub.FakeGithub;

/// <summary>The way of every request: note it, cut off the prefix, misbehave if the script says so, authenticate, count, handle, answer.</summary>
static class Pipeline
{
    const string NoAgent = "Request forbidden by administrative rules. Please make sure your request has a User-Agent header"
        + " (https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). Check https://developer.github.com for other possible causes.\n";

    static readonly string[] Versions = ["2022-11-28", "2026-03-10"];

    public static async Task Run(HttpContext context, FakeGithubServer github, RequestDelegate next)
    {
        if (github.Options.Demo && (context.Request.Path == "/" || context.Request.Path.StartsWithSegments("/demo")))
        {
            await next(context);
            return;
        }

        var noted = await github.Requests.Add(context, github.Clock);
        try
        {
            if (!context.Request.Path.StartsWithSegments(github.Options.Prefix, out var rest))
            {
                await AnswerWriter.Write(context, github, null, GithubProblem.NotFound().Answer);
                return;
            }

            context.Request.Path = rest;
            Task Handle(HttpContext c) => Respond(c, github, next);
            var fault = github.Faults.Take(context.Request.Method, context.Request.Path);
            await (fault is null ? Handle(context) : fault.Answer(context, github.Clock, Handle));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller gave up, or the site stops.
        }
        finally
        {
            github.Requests.End(noted, context);
        }
    }

    static async Task Respond(HttpContext context, FakeGithubServer github, RequestDelegate next)
    {
        Caller? caller = null;
        Answer answer;
        try
        {
            if (context.Request.Headers.UserAgent.Count == 0)
            {
                await AnswerWriter.Write(context, github, null, new Answer(403, NoAgent) { TextType = "text/html; charset=utf-8" });
                return;
            }

            caller = github.Access.Authenticate(context);
            caller.Attach(context);
            if (!RateLimits.IsFree(context)) github.Limits.Check(caller);
            if (context.Request.Headers.TryGetValue("X-GitHub-Api-Version", out var version) && !Versions.Contains(version.ToString()))
                throw new GithubProblem(400, $"Unsupported 'X-GitHub-Api-Version' header: '{version}'");
            await next(context);
            answer = RestApi.Of(context) ?? GithubProblem.NotFound().Answer;
        }
        catch (GithubProblem problem)
        {
            answer = problem.Answer;
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            answer = new Answer(500, $"The fake itself failed: {bug}") { TextType = "text/plain; charset=utf-8" };
        }

        await AnswerWriter.Write(context, github, caller, answer);
    }
}
