using System.Net.Http.Headers;
using System.Text;

namespace Hub.SharedKernel.Outbound;

/// <summary>A complete answer, whatever its status.</summary>
/// <param name="Status">HTTP status code.</param>
/// <param name="Headers">Response and content headers; names match without case, repeated ones are joined with a comma.</param>
/// <param name="Body">Decompressed bytes; empty when there is none.</param>
/// <param name="FinalUrl">The URL that answered, after redirects.</param>
/// <param name="Elapsed">From the call to the last byte.</param>
public sealed record OutboundResponse(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body, Uri FinalUrl, TimeSpan Elapsed)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>True for application/json and every +json type.</summary>
    public bool IsJson =>
        MediaType?.MediaType is { } type
        && (type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));

    /// <summary>The body in its declared charset, else UTF-8; a byte order mark is not part of it.</summary>
    public string Text
    {
        get
        {
            var encoding = Charset();
            var mark = encoding.Preamble;
            return encoding.GetString(mark.Length > 0 && Body.AsSpan().StartsWith(mark) ? Body.AsSpan(mark.Length) : Body);
        }
    }

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    private MediaTypeHeaderValue? MediaType => MediaTypeHeaderValue.TryParse(Header("Content-Type"), out var type) ? type : null;

    private Encoding Charset()
    {
        try
        {
            return MediaType?.CharSet?.Trim('"') is { Length: > 0 } name ? Encoding.GetEncoding(name) : Encoding.UTF8;
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8;
        }
    }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(Status).Append(", ").Append(Body.Length).Append(" bytes from ").Append(FinalUrl.Host);
        return true;
    }
}
