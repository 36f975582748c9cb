using System.Text.Json;
using Hub.Integrations.Health;

namespace Hub.Integrations.Calls.Authentication;

/// <summary>
/// Google's credential files name the addresses that their holder then calls. Whoever hands such a file in could name any: only Google's own are called.
/// https://cloud.google.com/docs/authentication/client-libraries#external-credentials
/// </summary>
internal static class GoogleHosts
{
    /// <exception cref="CallFailed">It is not an address of Google's APIs.</exception>
    public static string Checked(string? address, string member) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) && url is { Scheme: "https", IsDefaultPort: true, UserInfo: "" }
            && (url.Host.EndsWith(".googleapis.com", StringComparison.OrdinalIgnoreCase)
                || url.Host.Equals("accounts.google.com", StringComparison.OrdinalIgnoreCase))
            ? url.AbsoluteUri
            : throw new CallFailed(
                FailureReason.Config, $"{member} in the credential file must be an https address of googleapis.com; the hub calls no other with it.");

    /// <summary>The credential file as JSON of the expected type.</summary>
    /// <exception cref="CallFailed">It is something else.</exception>
    public static JsonElement File(string credentials, string type)
    {
        try
        {
            var file = JsonElement.Parse(credentials);
            if (Text(file, "type") == type)
                return file;
        }
        catch (JsonException)
        {
        }

        throw new CallFailed(FailureReason.Config, $"The credential must be the JSON file that Google gives, with \"type\": \"{type}\" in it.");
    }

    public static string? Text(JsonElement file, string member) => JsonPaths.Text(JsonPaths.Read(file, $"$.{member}"));

    /// <exception cref="CallFailed">The file lacks it.</exception>
    public static string Required(JsonElement file, string member) =>
        Text(file, member) ?? throw new CallFailed(FailureReason.Config, $"The credential file has no {member}: it is not complete.");
}
