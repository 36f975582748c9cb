using System.Text;
using System.Text.RegularExpressions;
using FluentAssertions;

namespace Hub.Integrations.Tests.Smtp;

/// <summary>Reads a message as RFC 5322, 2045 and 2047 say, written without a look at what writes them.</summary>
internal sealed partial class ParsedMail
{
    private readonly List<(string Name, string Value)> headers = [];
    private readonly Dictionary<string, string> parts = [];

    public ParsedMail(byte[] message) => Read(Encoding.UTF8.GetString(message));

    public IEnumerable<string> Names => headers.Select(header => header.Name);

    public string? Text => parts.GetValueOrDefault("text/plain");

    public string? Html => parts.GetValueOrDefault("text/html");

    /// <summary>Unfolded, encoded words read; null when it is not there.</summary>
    public string? Header(string name) => Raw(name) is { } raw ? Decoded(raw) : null;

    /// <summary>Unfolded.</summary>
    public string? Raw(string name) => headers.Find(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public static string Decoded(string value) => Word().Replace(Between().Replace(value, "$1"), match =>
        Encoding.UTF8.GetString(Convert.FromBase64String(match.Groups[1].Value)));

    private void Read(string entity, bool top = true)
    {
        var end = entity.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var own = entity[..end].Replace("\r\n ", " ", StringComparison.Ordinal).Split("\r\n")
            .Select(line => line.Split(':', 2)).Select(pair => (pair[0], pair[1].TrimStart(' '))).ToList();
        if (top)
            headers.AddRange(own);
        string Of(string name) => own.Find(header => header.Item1.Equals(name, StringComparison.OrdinalIgnoreCase)).Item2 ?? "";

        var (type, body) = (Of("Content-Type"), entity[(end + 4)..]);
        if (Boundary().Match(type) is { Success: true } boundary)
        {
            var sections = ("\r\n" + body).Split($"\r\n--{boundary.Groups[1].Value}");
            sections[^1].Should().Be("--\r\n", "the last boundary closes");
            foreach (var section in sections[1..^1])
                Read(section[2..], top: false);
            return;
        }

        parts[type.Split(';')[0]] = Of("Content-Transfer-Encoding") switch
        {
            "base64" => Encoding.UTF8.GetString(Convert.FromBase64String(body)),
            "quoted-printable" => FromQuotedPrintable(body),
            var other => throw new FormatException($"encoding {other}"),
        };
    }

    private static string FromQuotedPrintable(string body)
    {
        var text = body.Replace("=\r\n", "", StringComparison.Ordinal);
        var bytes = new List<byte>();
        for (var at = 0; at < text.Length; at++)
            if (text[at] == '=')
                (bytes, at) = ([.. bytes, Convert.ToByte(text.Substring(at + 1, 2), 16)], at + 2);
            else
                bytes.Add(checked((byte)text[at]));
        return Encoding.UTF8.GetString([.. bytes]);
    }

    [GeneratedRegex(@"=\?utf-8\?B\?([A-Za-z0-9+/=]*)\?=")]
    private static partial Regex Word();

    [GeneratedRegex(@"(=\?utf-8\?B\?[A-Za-z0-9+/=]*\?=)\s+(?==\?)")]
    private static partial Regex Between();

    [GeneratedRegex("boundary=\"([^\"]+)\"")]
    private static partial Regex Boundary();
}
