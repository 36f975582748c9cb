namespace Hub.Webhooks.Notices;

/// <summary>Turns of an endpoint that its owner is told of; events have <c>endpoint.</c> before them.</summary>
internal static class EndpointNews
{
    public const string Failing = "failing";
    public const string BreakerOpened = "breaker_opened";
    public const string Recovered = "recovered";
    public const string Disabled = "disabled";
}
