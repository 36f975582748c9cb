using System.Net;
using System.Text;
using System.Text.Encodings.Web;

namespace Hub.TestHarness;

/// <summary>How a secret may be written where it does not belong.</summary>
public static class SecretForms
{
    /// <summary>Plain, and as it stands in URLs, forms, JSON, HTML, hex and base64, alone or inside a longer text.</summary>
    public static IReadOnlyList<string> Of(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        var hex = Convert.ToHexStringLower(bytes);
        return [.. new[]
        {
            secret, Uri.EscapeDataString(secret), WebUtility.UrlEncode(secret), WebUtility.HtmlEncode(secret), JavaScriptEncoder.Default.Encode(secret),
            hex, hex.ToUpperInvariant(),
        }.Concat(Enumerable.Range(0, 3).SelectMany(shift => Inside(bytes, shift))).Distinct()];
    }

    // Whatever stands before a secret inside base64 shifts it by 0-2 bytes; the characters at both ends depend on the neighbours.
    private static IEnumerable<string> Inside(byte[] bytes, int shift)
    {
        var text = Convert.ToBase64String([.. new byte[shift], .. bytes]).TrimEnd('=');
        var core = text[(shift == 0 ? 0 : shift + 1)..^1];
        return [core, core.Replace('+', '-').Replace('/', '_')];
    }
}
