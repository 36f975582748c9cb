using Hub.TestHarness;
using static Hub.Webhooks.Tests.WebhookHub;

namespace Hub.Webhooks.Tests.Processing;

/// <summary>A hub whose worker only does what the test ticks, on a clock that the test moves.</summary>
internal static class WorkerHub
{
    public static Task<WebhookHub> StartAt(FakeTime time, Action<HubSetup>? customise = null) => Start(customise: setup =>
    {
        setup.Time = time;
        customise?.Invoke(setup);
    });

    public static async Task<Guid> Deliver(WebhookHub hub, Hub.Integrations.Contracts.WebhookSource source, int issue, string summary = "s") =>
        (await hub.Deliver(source, Issue(issue, summary), $"{issue}-{summary}")).Expect(202).GetProperty("id").GetGuid();
}
