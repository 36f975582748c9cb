using Hub.FakeJira.Jql;

namespace Hub.FakeJira;

/// <summary>The way of every request: note it, cut off the context path, misbehave if the script says so, authenticate, handle.</summary>
static class Pipeline
{
    const string Gateway = "gateway";

    public static bool IsGateway(this HttpContext context) => context.Items.ContainsKey(Gateway);

    public static async Task Run(HttpContext context, FakeJiraServer jira, RequestDelegate next)
    {
        var noted = await jira.Requests.Add(context, jira.Clock);
        context.Features.Set(jira);
        try
        {
            if (!FindSite(context, jira))
            {
                await DeadLink(context);
                return;
            }

            Task Handle(HttpContext c) => Authentication.Run(c, jira, inner => Guarded(inner, next));
            var fault = jira.Faults.Take(context.Request.Method, context.Request.Path);
            await (fault is null ? Handle(context) : fault.Answer(context, jira.Clock, Handle));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller gave up, or the site stops.
        }
        finally
        {
            jira.Requests.End(noted, context);
        }
    }

    public static Task DeadLink(HttpContext context) =>
        Reply.Html(context, 404, "<html><head><title>Oops, you&#39;ve found a dead link. - JIRA</title></head><body><h1>Oops!</h1></body></html>");

    static bool FindSite(HttpContext context, FakeJiraServer jira)
    {
        if (jira.Options.Deployment == Deployment.Cloud && context.Request.Path.StartsWithSegments($"/ex/jira/{jira.Options.CloudId}", out var inner))
        {
            context.Items[Gateway] = true;
            context.Request.Path = inner;
            return true;
        }

        if (jira.Options.ContextPath.Length == 0) return true;
        if (!context.Request.Path.StartsWithSegments(jira.Options.ContextPath, out var rest)) return jira.Options.Demo && IsDemo(context.Request.Path);
        context.Request.Path = rest.HasValue ? rest : "/";
        return true;
    }

    static bool IsDemo(PathString path) => path == "/" || path.StartsWithSegments("/demo");

    static async Task Guarded(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (JiraProblem problem)
        {
            await Reply.Problem(context, problem);
        }
        catch (JqlException wrong)
        {
            await Reply.Problem(context, new JiraProblem(400, wrong.Message));
        }
        catch (NotAuthenticated)
        {
            await Authentication.Refuse(context);
        }
    }
}
