using System.Threading.RateLimiting;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using Microsoft.AspNetCore.Http;

namespace Hub.Webhooks.Inbound;

/// <summary>
/// How fast deliveries may come: by the address they come from, before anything of them is read, and by the integration that they prove. Whoever is beyond is
/// told when to come back, and counted.
/// </summary>
internal sealed class InboundLimits(WebhookOptions options, Rejections rejections) : IDisposable
{
    /// <summary>A client that was silent may send this many seconds' worth at once.</summary>
    public const int Burst = 5;
    public const string Reason = "rate_limited";

    /// <summary>Addresses share counters rather than fill the memory.</summary>
    private const int MaxPartitions = 16_384;

    private readonly PartitionedRateLimiter<string>? addresses =
        Limiter<string>(options.RatePerAddress, address => (int)((uint)address.GetHashCode(StringComparison.Ordinal) % MaxPartitions));
    private readonly PartitionedRateLimiter<long>? sources = Limiter<long>(options.RatePerSource, id => (int)(id % MaxPartitions));

    /// <exception cref="TooManyRequestsException">Too many from where it comes from.</exception>
    public void RequireAddress(HttpContext http, string provider) =>
        Require(addresses, ClientAddress.Of(http), options.RatePerAddress, "this address", () => rejections.Count(provider, null, Reason));

    /// <exception cref="TooManyRequestsException">Too many of this integration.</exception>
    public void RequireSource(Sender sender) => Require(
        sources, sender.Integration.Id, options.RatePerSource, "this integration", () => rejections.Count(sender.Integration.Type, sender, Reason));

    public void Dispose()
    {
        addresses?.Dispose();
        sources?.Dispose();
    }

    private static void Require<T>(PartitionedRateLimiter<T>? limiter, T whose, int rate, string from, Action refused)
    {
        if (limiter is null)
            return;
        using var lease = limiter.AttemptAcquire(whose);
        if (lease.IsAcquired)
            return;
        refused();
        throw new TooManyRequestsException($"At most {rate} deliveries a second are taken from {from}, and {rate * Burst} at once; send it again later.")
        {
            RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) && wait > TimeSpan.FromSeconds(1) ? wait : TimeSpan.FromSeconds(1),
        };
    }

    private static PartitionedRateLimiter<T>? Limiter<T>(int rate, Func<T, int> partition) => rate <= 0 ? null : PartitionedRateLimiter.Create<T, int>(
        whose => RateLimitPartition.GetTokenBucketLimiter(partition(whose), _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = Math.Min(rate, int.MaxValue / Burst) * Burst,
            TokensPerPeriod = rate,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        }));
}
