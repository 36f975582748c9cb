using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>The history of an issue in its three shapes: embedded, as a page of its own, and many issues at once.</summary>
static class ChangelogJson
{
    /// <summary>Cloud shows the newest entries first and cuts the rest; Data Center shows all of them, oldest first.</summary>
    public static void EmbeddedChangelog(this ApiView view, Utf8JsonWriter json, Issue issue, int most)
    {
        var all = view.Issues.Changelog(issue);
        var shown = view.Cloud ? all.Reverse().Take(most).ToArray() : all;
        json.WriteStartObject("changelog");
        json.WriteNumber("startAt", 0);
        json.WriteNumber("maxResults", shown.Count);
        json.WriteNumber("total", all.Count);
        json.WriteStartArray("histories");
        foreach (var entry in shown) view.History(json, entry);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void History(this ApiView view, Utf8JsonWriter json, HistoryEntry entry, bool epoch = false)
    {
        json.WriteStartObject();
        json.WriteString("id", $"{entry.Id}");
        view.User(json, "author", entry.Author);
        if (epoch) json.WriteNumber("created", entry.At.ToUnixTimeMilliseconds());
        else json.WriteString("created", view.Time(entry.At));
        Items(json, entry.Items, view.Cloud);
        json.WriteEndObject();
    }

    public static void Items(Utf8JsonWriter json, IEnumerable<ChangedField> items, bool withFieldId)
    {
        json.WriteStartArray("items");
        foreach (var item in items)
        {
            json.WriteStartObject();
            json.WriteString("field", item.Field);
            json.WriteString("fieldtype", item.IsCustom ? "custom" : "jira");
            if (withFieldId) json.WriteString("fieldId", item.FieldId);
            json.WriteString("from", item.From);
            json.WriteString("fromString", item.FromText);
            json.WriteString("to", item.To);
            json.WriteString("toString", item.ToText);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
