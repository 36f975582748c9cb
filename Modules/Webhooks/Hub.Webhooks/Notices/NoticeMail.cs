using System.Globalization;
using System.Text;

namespace Hub.Webhooks.Notices;

/// <summary>The words of a notice: what happened, since when, the last error, and what to do. The address is shown by its host alone: the rest may hold a token.</summary>
internal static class NoticeMail
{
    public static string Subject(string kind, string host) => kind switch
    {
        EndpointNews.Failing => $"Webhooks to {host} are failing",
        EndpointNews.BreakerOpened => $"Webhooks to {host} are held back",
        EndpointNews.Recovered => $"Webhooks to {host} arrive again",
        _ => $"Webhooks to {host} are switched off",
    };

    /// <param name="kind">See <see cref="EndpointNews"/>.</param>
    /// <param name="endpointId">Which endpoint.</param>
    /// <param name="host">Of its address.</param>
    /// <param name="description">What people call it.</param>
    /// <param name="disabledReason">Why it is switched off.</param>
    /// <param name="facts">What happened.</param>
    public static string Text(string kind, long endpointId, string host, string? description, string? disabledReason, NoticeFacts facts)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Endpoint {endpointId} at {host}");
        if (description is not null)
            text.Append(CultureInfo.InvariantCulture, $" ({description})");
        text.Append('\n').Append('\n').Append(What(kind, disabledReason, facts)).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"When: {Time(facts.HappenedAt)}\n");
        if (facts.FailingSince is { } since)
            text.Append(CultureInfo.InvariantCulture, $"Failing since: {Time(since)}\n");
        if (facts.LastError is { } error)
            text.Append(CultureInfo.InvariantCulture, $"Last error: {error}\n");
        return text.Append('\n').Append(ToDo(kind, endpointId, facts)).Append('\n').ToString();
    }

    private static string What(string kind, string? disabledReason, NoticeFacts facts) => kind switch
    {
        EndpointNews.Failing => string.Create(CultureInfo.InvariantCulture, $"It did not accept {facts.Failures} messages in a row. They are sent again."),
        EndpointNews.BreakerOpened => string.Create(CultureInfo.InvariantCulture,
            $"It did not accept {facts.Failures} messages in a row. Messages wait now, none is lost. One is tried from time to time."),
        EndpointNews.Recovered => "It accepts messages again. Those that waited follow by themselves.",
        _ => $"The hub switched it off. {disabledReason} Nothing new is queued for it.",
    };

    private static string ToDo(string kind, long endpointId, NoticeFacts facts) => kind switch
    {
        EndpointNews.Recovered => "There is nothing to do.",
        EndpointNews.Disabled => string.Create(CultureInfo.InvariantCulture,
            $"Mend the receiver. Then switch it on (PATCH /api/v1/webhooks/endpoints/{endpointId} {{\"enabled\": true}}) and have sent again what failed "
            + $"(POST /api/v1/webhooks/endpoints/{endpointId}/recover {{\"since\": \"{facts.FailingSince ?? facts.HappenedAt:yyyy-MM-ddTHH:mm:ssZ}\"}})."),
        _ => string.Create(CultureInfo.InvariantCulture,
            $"Look at the receiver: it must answer with 2xx within 15 seconds. POST /api/v1/webhooks/endpoints/{endpointId}/test tries it. After five days without success it is switched off."),
    };

    private static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
