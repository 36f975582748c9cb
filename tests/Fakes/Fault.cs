using System.Text;

namespace Hub.Fakes;

/// <summary>A way to answer badly. Here are those that any web server has; each fake adds its provider's own.</summary>
public abstract class Fault
{
    /// <summary>What a company's single sign-on shows in place of the site.</summary>
    public const string LoginPage = "<!DOCTYPE html><html><head><title>Log in - Single sign-on</title></head>"
        + "<body><form method=\"post\" action=\"/idp/login\"><input name=\"username\"/><input name=\"password\" type=\"password\"/></form></body></html>";

    /// <summary>Does the work, then breaks the connection in the middle of the body: a write happened, its outcome is unknown to the caller.</summary>
    public static readonly Fault Reset = new Broken(dropAll: false);

    /// <summary>Does the work, then breaks the connection before the first byte of the answer.</summary>
    public static readonly Fault Drop = new Broken(dropAll: true);

    /// <summary>Does the work and lets the body drip out, one of eight pieces per delay.</summary>
    public static Fault Slow(TimeSpan delay) => new Dripping(delay);

    /// <summary>203 with an HTML page, as sign-in proxies send.</summary>
    public static readonly Fault Html203 = new Page(203);

    /// <summary>A gateway's HTML page with this status.</summary>
    public static Fault Html(int status) => new Page(status);

    /// <summary>Sends the caller to another address.</summary>
    public static Fault Redirect(string location, int status = StatusCodes.Status302Found) => new Redirected(location, status);

    /// <summary>200 with a body that stops in the middle of the JSON although its length is right.</summary>
    public static readonly Fault CutJson = new Cut();

    /// <summary>Never answers; ends when the caller gives up or the site stops.</summary>
    public static readonly Fault Timeout = new Silent();

    /// <summary>Answers the request, with the help of <paramref name="handle"/> when the work is to be done.</summary>
    public abstract Task Answer(HttpContext context, TimeProvider clock, RequestDelegate handle);

    sealed class Broken(bool dropAll) : Fault
    {
        public override async Task Answer(HttpContext context, TimeProvider clock, RequestDelegate handle)
        {
            var body = await Captured(context, handle);
            if (!dropAll)
            {
                context.Response.ContentLength = Math.Max(1, body.Length);
                await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
                await context.Response.Body.FlushAsync();
            }

            context.Abort();
        }
    }

    sealed class Dripping(TimeSpan delay) : Fault
    {
        public override async Task Answer(HttpContext context, TimeProvider clock, RequestDelegate handle)
        {
            var body = await Captured(context, handle);
            foreach (var piece in body.Chunk(body.Length / 8 + 1))
            {
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(delay, clock, context.RequestAborted);
            }
        }
    }

    sealed class Cut : Fault
    {
        public override async Task Answer(HttpContext context, TimeProvider clock, RequestDelegate handle)
        {
            var body = await Captured(context, handle);
            context.Response.ContentLength = body.Length / 2;
            await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
        }
    }

    sealed class Page(int status) : Fault
    {
        public override Task Answer(HttpContext context, TimeProvider clock, RequestDelegate handle)
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "text/html;charset=UTF-8";
            return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(LoginPage), context.RequestAborted).AsTask();
        }
    }

    sealed class Redirected(string location, int status) : Fault
    {
        public override Task Answer(HttpContext context, TimeProvider clock, RequestDelegate handle)
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = location;
            return Task.CompletedTask;
        }
    }

    sealed class Silent : Fault
    {
        public override Task Answer(HttpContext context, TimeProvider clock, RequestDelegate handle) =>
            Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
    }

    static async Task<byte[]> Captured(HttpContext context, RequestDelegate handle)
    {
        var original = context.Response.Body;
        using var capture = new MemoryStream();
        context.Response.Body = capture;
        try
        {
            await handle(context);
        }
        finally
        {
            context.Response.Body = original;
        }

        return capture.ToArray();
    }
}
