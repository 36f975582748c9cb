using System.Text.Json;
using Hub.SharedKernel.Problems;
using Hub.Webhooks.Verification;
using Microsoft.AspNetCore.Http;

namespace Hub.Webhooks.Inbound;

/// <summary>Finds out who sent a delivery: the first integration whose secret proves it.</summary>
internal sealed class SenderProof(SenderCache senders, Rejections rejections, TimeProvider time)
{
    /// <param name="address">Whom it was sent to.</param>
    /// <param name="call">How and where it was sent.</param>
    /// <param name="headers">As received.</param>
    /// <param name="body">As received.</param>
    /// <param name="hint">The body as JSON, unproven; only for shared addresses.</param>
    /// <param name="ct">Cancels the search.</param>
    /// <exception cref="UnauthenticatedException">
    /// Nobody's secret proves it. An unknown address, no secret and a bad signature look the same, and all that remains is a count.
    /// </exception>
    public async Task<Sender> Find(
        Address address, SignedCall call, IHeaderDictionary headers, ReadOnlyMemory<byte> body, JsonElement? hint, CancellationToken ct)
    {
        var outcome = await Try(address, call, headers, body, hint, fresh: false, ct);
        if (outcome is { Proven: null, Kept: true })
            outcome = await Try(address, call, headers, body, hint, fresh: true, ct);
        if (outcome.Proven is { } sender)
            return sender;

        var only = outcome.Tried is [var one] ? one : null;
        rejections.Count(only?.Integration.Type ?? address.Provider, only, outcome.Verdict);
        throw new UnauthenticatedException("invalid_signature", "The delivery's signature does not prove a sender that this address belongs to.");
    }

    private async Task<Outcome> Try(
        Address address, SignedCall call, IHeaderDictionary headers, ReadOnlyMemory<byte> body, JsonElement? hint, bool fresh, CancellationToken ct)
    {
        var (tried, kept) = await Candidates(address, hint, fresh, ct);
        var worst = Verdict.NotConfigured;
        foreach (var sender in tried)
        {
            var verdict = Verifier.Judge(sender.Scheme, sender.Fields, headers, body.Span, time.GetUtcNow(), call, address.ByToken);
            if (verdict is Verdict.Proven)
                return new Outcome(sender, tried, verdict, kept);
            worst = verdict > worst ? verdict : worst;
        }

        return new Outcome(null, tried, worst, kept);
    }

    private async Task<(IReadOnlyList<Sender> Senders, bool Kept)> Candidates(Address address, JsonElement? hint, bool fresh, CancellationToken ct)
    {
        var found = new List<Sender>();
        var anyKept = false;
        foreach (var question in address.Questions)
        {
            var (some, kept) = await senders.Find(question, fresh, ct);
            found.AddRange(some);
            anyKept |= kept;
        }

        return (address.Shared ? BestFirst(found, hint) : found, anyKept);
    }

    private static IReadOnlyList<Sender> BestFirst(IEnumerable<Sender> found, JsonElement? hint) =>
    [
        .. found.Select(sender => (sender, rank: SourceMatch.Rank(sender.Integration.Type, sender.Fields, hint)))
            .Where(candidate => candidate.rank is not null)
            .OrderByDescending(candidate => candidate.rank)
            .Select(candidate => candidate.sender)
            .Take(SourceMatch.MaxTried),
    ];

    private sealed record Outcome(Sender? Proven, IReadOnlyList<Sender> Tried, Verdict Verdict, bool Kept);
}
