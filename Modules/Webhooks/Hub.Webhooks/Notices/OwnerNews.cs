using System.Globalization;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.Webhooks.Announcements;
using Hub.Webhooks.Sending;

namespace Hub.Webhooks.Notices;

/// <summary>An endpoint as its owner and others are told of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ScopePath">Where it belongs, root first.</param>
/// <param name="Url">Its address, of which the host alone is told.</param>
/// <param name="Description">What people call it.</param>
internal sealed record ToldEndpoint(long Id, IReadOnlyList<long> ScopePath, string Url, string? Description)
{
    public override string ToString() => $"Endpoint {Id}";
}

/// <summary>Tells of a turn of an endpoint, in the transaction of the turn: its owner by mail, other endpoints and live clients by an event.</summary>
internal sealed class OwnerNews(Db db, Audit audit)
{
    /// <param name="endpoint">Which; its row is held.</param>
    /// <param name="before">How it was doing.</param>
    /// <param name="after">How it is doing.</param>
    /// <param name="lastError">Why the last message was not accepted.</param>
    /// <param name="now">When.</param>
    /// <param name="ct">Cancels the write.</param>
    public async Task Tell(ToldEndpoint endpoint, EndpointCondition before, EndpointCondition after, string? lastError, DateTimeOffset now, CancellationToken ct)
    {
        if (EndpointBreaker.News(before, after) is not { } news)
            return;
        var type = $"endpoint.{news}";
        if (news is EndpointNews.Disabled)
        {
            await db.Execute(FailWaiting, new { endpoint.Id, now, error = after.DisabledReason }, ct);
            await audit.Record(
                type, "endpoint", endpoint.Id, endpoint.ScopePath, AuditDiff.Between(new { before.State }, new { after.State, reason = after.DisabledReason }), ct);
        }

        var url = new Uri(endpoint.Url);
        var (since, error) = (after.FailingSince ?? before.FailingSince, WithoutPath(lastError, url));
        await EndpointNotices.Write(db, endpoint.Id, news, new NoticeFacts(now, since, Math.Max(after.Failures, before.Failures), error), ct);
        await Announcer.Tell(db, endpoint.ScopePath, [new Announcement(type, new
        {
            endpointId = endpoint.Id,
            url.Host,
            endpoint.Description,
            after.State,
            after.Breaker,
            after.Failures,
            failingSince = since,
            lastError = error,
            reason = after.DisabledReason,
        }, string.Create(CultureInfo.InvariantCulture, $"endpoint:{endpoint.Id}"), NotTo: endpoint.Id)], now, ct);
    }

    /// <summary>Errors name the place that was called; its path may hold a token.</summary>
    public static string? WithoutPath(string? error, Uri url) => url.AbsolutePath.Length > 1
        ? error?.Replace(url.Host + url.AbsolutePath, url.Host, StringComparison.Ordinal) : error;

    private const string FailWaiting = """
        update webhooks.deliveries set status = 'failed', is_over = true, last_error = @error, completed_at = @now
        where not is_over and endpoint_id = @id and (status = 'pending' or status = 'delivering' and next_attempt_at <= @now)
        """;
}
