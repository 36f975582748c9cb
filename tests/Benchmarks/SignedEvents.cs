using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hub.TestHarness;

namespace Hub.Benchmarks;

/// <summary>Recorded push and pull_request deliveries, signed as GitHub signs them, each under an id of its own.</summary>
internal sealed class SignedEvents(string secret)
{
    private static readonly string Run = Guid.CreateVersion7().ToString("n");
    private readonly (string Event, byte[] Body, string Signature)[] all =
    [
        .. new[] { "push", "pull_request" }.SelectMany(kind => Directory.EnumerateFiles(Fixtures.Locate($"github/webhooks/{kind}"), "*.json").Order().Take(8)
            .Select(File.ReadAllBytes)
            .Select(body => (kind, body, "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))))),
    ];

    private int next;

    public double MeanBytes => all.Average(one => one.Body.Length);

    public byte[] Next(Uri url)
    {
        var number = Interlocked.Increment(ref next);
        var (kind, body, signature) = all[number % all.Length];
        return RawConnection.Post(
            url, body, ("X-Hub-Signature-256", signature), ("X-GitHub-Event", kind), ("X-GitHub-Delivery", string.Create(CultureInfo.InvariantCulture, $"{Run}-{number}")));
    }
}
