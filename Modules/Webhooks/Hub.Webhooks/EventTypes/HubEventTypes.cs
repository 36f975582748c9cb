using System.Text.Json.Nodes;

namespace Hub.Webhooks.EventTypes;

/// <summary>A member of an event's <c>data</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">string, integer, number, boolean, any or date-time; with a question mark where it may be null.</param>
/// <param name="Description">What it says.</param>
/// <param name="Example">As JSON.</param>
internal sealed record EventMember(string Name, string Type, string Description, string Example);

/// <summary>An event type of the hub's own.</summary>
internal sealed record HubEventType(string Name, string Description, EventMember[] Data)
{
    /// <summary>JSON Schema of <c>data</c>. Members may be added later; receivers ignore what they do not know.</summary>
    public JsonObject Schema => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray([.. Data.Select(member => JsonValue.Create(member.Name))]),
        ["properties"] = new JsonObject(Data.Select(member => KeyValuePair.Create(member.Name, (JsonNode?)SchemaOf(member)))),
    };

    /// <summary>An example of <c>data</c>.</summary>
    public JsonObject Example => new(Data.Select(member => KeyValuePair.Create(member.Name, JsonNode.Parse(member.Example))));

    private static JsonObject SchemaOf(EventMember member)
    {
        if (member.Type is "any")
            return new JsonObject { ["description"] = member.Description };
        var schema = new JsonObject();
        var type = member.Type.TrimEnd('?');
        JsonNode name = type is "date-time" ? "string" : type;
        schema["type"] = member.Type.EndsWith('?') ? new JsonArray(name, "null") : name;
        if (type is "date-time")
            schema["format"] = type;
        schema["description"] = member.Description;
        return schema;
    }
}

/// <summary>What the hub itself tells endpoints, as <c>Announcements/</c> write it.</summary>
internal static class HubEventTypes
{
    private static readonly EventMember IntegrationId = new("integration_id", "integer", "The integration.", "12");
    private static readonly EventMember IntegrationType = new("integration_type", "string", "Its type.", "\"github_repos\"");

    private static readonly EventMember[] Ticket =
    [
        new("ticket_id", "integer", "The hub's id.", "4711"),
        new("key", "string", "What people call it.", "\"HUB-12\""),
        IntegrationId,
        new("summary", "string?", "Its title.", "\"Login fails\""),
        new("status", "string?", "Its status there.", "\"In Progress\""),
        new("updated_at", "date-time", "When it changed there.", "\"2026-11-28T11:59:58Z\""),
    ];

    private static readonly EventMember[] Record =
    [
        new("record_id", "integer", "The hub's id.", "815"),
        new("key", "string", "The commit's hash, the tag, or the pull request's number.", "\"42\""),
        IntegrationId,
        new("repository_id", "integer", "The hub's id of the repository.", "3"),
        new("repository", "string?", "Its name.", "\"acme/payments\""),
        new("title", "string?", "First line of the message, name of the release, or title.", "\"Retry the login\""),
        new("author", "string?", "Who made it.", "\"ann\""),
        new("branch", "string?", "Its branch.", "\"retry-login\""),
        new("url", "string?", "Where people read it.", "\"https://github.com/acme/payments/pull/42\""),
        new("at", "date-time", "When.", "\"2026-11-28T11:59:58Z\""),
    ];

    private static readonly EventMember[] Run =
    [
        new("run_id", "string", "The run.", "\"019ac9a0-5b7e-7c3e-9d2a-3f0f5c6b7a81\""),
        IntegrationId,
        new("sync_type", "string", "full, incremental or manual.", "\"incremental\""),
        new("status", "string", "completed or failed.", "\"completed\""),
        new("processed", "integer", "Records read.", "120"),
        new("created", "integer", "Records that are new.", "3"),
        new("updated", "integer", "Records that changed.", "7"),
        new("unchanged", "integer", "Records that did not.", "110"),
        new("deleted", "integer", "Records that are gone.", "0"),
        new("progress", "number?", "0 to 1.", "1"),
        new("error", "string?", "Why it failed.", "null"),
    ];

    private static readonly EventMember[] Freshness =
    [
        IntegrationId,
        IntegrationType,
        new("stream", "string", "Which data.", "\"issues\""),
        new("alarm", "string?", "stale, empty_success, or null when all is well.", "\"stale\""),
        new("since", "date-time?", "Since when.", "\"2026-11-28T10:00:00Z\""),
        new("fresh_as_of", "date-time?", "What was so there then is here now.", "\"2026-11-28T08:00:00Z\""),
        new("target_minutes", "integer?", "How old it may be.", "60"),
        new("paused", "boolean", "The integration is disabled: nothing is expected.", "false"),
        new("last_read", "integer?", "Records that the last run read.", "0"),
        new("usual_read", "integer?", "The median of such runs.", "25"),
    ];

    private static readonly EventMember[] Endpoint =
    [
        new("endpoint_id", "integer", "The endpoint.", "5"),
        new("host", "string", "Of its address.", "\"hooks.example.com\""),
        new("description", "string?", "What people call it.", "\"Billing\""),
        new("state", "string", "active, paused or disabled.", "\"active\""),
        new("breaker", "string", "closed, open or half_open.", "\"open\""),
        new("failures", "integer", "How many in a row were not accepted.", "5"),
        new("failing_since", "date-time?", "Since when nothing is, or was, accepted.", "\"2026-11-28T11:50:00Z\""),
        new("last_error", "string?", "Why the last was not.", "\"The endpoint answered with HTTP 500.\""),
        new("reason", "string?", "Why it was disabled.", "null"),
    ];

    public static readonly IReadOnlyList<HubEventType> All =
    [
        new("ticket.created", "A ticket is new.", Ticket),
        new("ticket.updated", "A ticket changed.", Ticket),
        new("ticket.deleted", "A ticket is gone.", Ticket),
        new("pull_request.opened", "A pull request was opened.", Record),
        new("pull_request.updated", "A pull request changed.", Record),
        new("pull_request.closed", "A pull request was closed without merging.", Record),
        new("pull_request.merged", "A pull request was merged.", Record),
        new("pull_request.reopened", "A pull request was opened again.", Record),
        new("commit.created", "A commit was met for the first time.", Record),
        new("release.published", "A release was published.", Record),
        new("sync.completed", "A sync run ended well.", Run),
        new("sync.failed", "A sync run failed.", Run),
        new("sync.stale", "Data became too old, or runs read nothing where records are usual.", Freshness),
        new("sync.fresh", "That is over.", Freshness),
        new("integration.health_changed", "An integration's health moved.",
        [
            IntegrationId,
            new("name", "string", "Its name.", "\"Payments Jira\""),
            new("from", "string", "healthy, warning, error or unknown.", "\"healthy\""),
            new("to", "string", "The same, now.", "\"error\""),
            new("reason", "string?", "Such as auth, network or timeout.", "\"auth\""),
            new("message", "string?", "The same for people.", "\"The token was refused.\""),
        ]),
        new("webhook.dead", "A received webhook could not be processed and was given up.",
        [
            new("event_id", "string", "The event.", "\"019ac9a0-5b7e-7c3e-9d2a-3f0f5c6b7a81\""),
            IntegrationId,
            new("event_type", "string", "The provider's own name.", "\"jira:issue_updated\""),
            new("attempt", "integer", "How often it was tried.", "8"),
            new("error", "string?", "Why it failed last.", "\"The ticket could not be read.\""),
        ]),
        new("webhook.forwarded", "A webhook was received and proven; for endpoints that ask for it by name or as webhook.*.",
        [
            new("event_id", "string", "The event.", "\"019ac9a0-5b7e-7c3e-9d2a-3f0f5c6b7a81\""),
            IntegrationId,
            IntegrationType,
            new("event_type", "string?", "The provider's own name.", "\"order.paid\""),
            new("received_at", "date-time", "When it came.", "\"2026-11-28T11:59:58Z\""),
            new("payload", "any", "The provider's payload; null when it is larger than 256 KB.", "{\"order\": 17}"),
        ]),
        new("webhook.registration_changed", "The hub's own webhook at a provider was repaired, or needs somebody.",
        [
            IntegrationId,
            IntegrationType,
            new("from", "string?", "Its state before.", "\"ok\""),
            new("to", "string?", "Its state now.", "\"problem\""),
            new("problem", "string?", "What is wrong.", "\"The provider disabled it.\""),
            new("repair", "string?", "What the hub did.", "null"),
        ]),
        new("webhook.recovered", "Deliveries of a provider that had not arrived were fetched.",
        [
            IntegrationId,
            IntegrationType,
            new("lacking", "integer", "How many had not arrived.", "4"),
            new("recovered", "integer", "How many were fetched.", "4"),
            new("lost", "integer", "How many are lost.", "0"),
            new("message", "string", "The same for people.", "\"recovered 4 of 4\""),
        ]),
        new("endpoint.failing", "An endpoint did not accept three messages in a row.", Endpoint),
        new("endpoint.breaker_opened", "Messages for an endpoint wait; one is tried from time to time.", Endpoint),
        new("endpoint.recovered", "An endpoint accepts messages again.", Endpoint),
        new("endpoint.disabled", "The hub switched an endpoint off.", Endpoint),
        new("hub.test", "A test message, sent by POST .../test alone.", []),
    ];
}
