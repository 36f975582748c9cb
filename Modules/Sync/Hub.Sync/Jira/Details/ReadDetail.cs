using System.Text.Json;
using Hub.Sync.Details;
using Hub.Sync.Jira.Text;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira.Details;

/// <summary>Reads what belongs to an issue, in the shapes of the API and of webhooks. Null for what has no id.</summary>
internal static class ReadDetail
{
    public static RemoteDetail? Comment(JsonElement comment)
    {
        var body = RichText.Of(comment.At("body"));
        return Authored(comment) is { } read
            ? read with { Body = body.Text, BodyHtml = body.Html, Data = JsonSerializer.Serialize(new { visibility = comment.Text("visibility", "value") }) }
            : null;
    }

    public static RemoteDetail? Worklog(JsonElement worklog)
    {
        var body = RichText.Of(worklog.At("comment"));
        return Authored(worklog) is { } read
            ? read with
            {
                Body = body.Text,
                BodyHtml = body.Html,
                Data = JsonSerializer.Serialize(new
                {
                    started_at = JiraTime.Instant(worklog.At("started"))?.UtcDateTime, time_spent_seconds = JiraTime.Number(worklog.At("timeSpentSeconds")),
                }),
            }
            : null;
    }

    public static RemoteDetail? History(JsonElement entry)
    {
        var items = entry.At("items") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().ToArray() : [];
        return Authored(entry) is { } read
            ? read with
            {
                Data = JsonSerializer.Serialize(new
                {
                    items = items.Select(item => new
                    {
                        field = item.Text("field"), field_id = item.Text("fieldId"), from = item.Text("fromString") ?? item.Text("from"),
                        to = item.Text("toString") ?? item.Text("to"),
                    }),
                }),
            }
            : null;
    }

    /// <summary>Summary and status of the other issue are left out: they change without this one.</summary>
    public static RemoteDetail? Link(JsonElement link)
    {
        var direction = link.At("outwardIssue").ValueKind is JsonValueKind.Object ? "outward" : "inward";
        return link.Text("id") is { } id && link.Text($"{direction}Issue", "key") is { } key
            ? Link(id, link.Text("type", "name"), direction, link.Text("type", direction), key)
            : null;
    }

    public static RemoteDetail Link(string id, string? type, string direction, string? phrase, string key) =>
        new() { ExternalId = id, Data = JsonSerializer.Serialize(new { type, direction, phrase, key }) };

    private static RemoteDetail? Authored(JsonElement detail)
    {
        var author = detail.At("author");
        var authorId = author.Text("accountId") ?? author.Text("name") ?? author.Text("key");
        return detail.Text("id") is { } id
            ? new RemoteDetail
            {
                ExternalId = id,
                AuthorId = authorId,
                Author = author.Text("displayName") ?? authorId,
                RemoteCreatedAt = JiraTime.Instant(detail.At("created")),
                RemoteUpdatedAt = JiraTime.Instant(detail.At("updated")) ?? JiraTime.Instant(detail.At("created")),
            }
            : null;
    }
}
