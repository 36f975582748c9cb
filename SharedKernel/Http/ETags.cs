using System.Globalization;
using System.Reflection;
using Hub.SharedKernel.Problems;
using Microsoft.AspNetCore.Http;

namespace Hub.SharedKernel.Http;

/// <summary>A single resource with a version: answered with an <c>ETag</c>, and 304 when the client already has it.</summary>
public interface IVersioned
{
    long Version { get; }

    /// <summary>What the <c>ETag</c> says: the version, and after a dot whatever else the answer shows that changes without it.</summary>
    string Tag => Version.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The <c>If-Match</c> header as a parameter of a slice. Empty when absent or <c>*</c>.</summary>
public readonly record struct IfMatch(long? Version)
{
    /// <exception cref="PreconditionFailedException">The client saw another version.</exception>
    public void Require(long current)
    {
        if (Version is { } wanted && wanted != current)
            throw new PreconditionFailedException(current);
    }

    public static ValueTask<IfMatch> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var header = context.Request.Headers.IfMatch.ToString();
        if (header is "" or "*")
            return ValueTask.FromResult(default(IfMatch));
        var text = header.Trim().TrimStart('W', '/').Trim('"').Split('.')[0];
        // An ETag we never gave out matches no version, as RFC 9110 wants it.
        return ValueTask.FromResult(new IfMatch(long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1));
    }
}

/// <summary>Adds <c>ETag</c> to every answer that is a versioned resource and answers 304 to a matching <c>If-None-Match</c>.</summary>
public sealed class ETagFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        var value = (result is INestedHttpResult nested ? nested.Result : result) is IValueHttpResult carrier ? carrier.Value : result;
        if (value is not IVersioned versioned)
            return result;

        var http = context.HttpContext;
        var etag = $"\"{versioned.Tag}\"";
        http.Response.Headers.ETag = etag;
        return HttpMethods.IsGet(http.Request.Method) && http.Request.Headers.IfNoneMatch.ToString().Contains(etag, StringComparison.Ordinal)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : result;
    }
}
