using System.Text.Json;
using Hub.SharedKernel.Hashing;

namespace Hub.Sync.Tickets;

/// <summary>One field before and after a change.</summary>
internal sealed record FieldChange(JsonElement From, JsonElement To)
{
    private static readonly JsonElement Null = JsonElement.Parse("null");

    /// <summary>Reads what is stored of a change; mapped fields are told one by one, times in UTC.</summary>
    public static IReadOnlyDictionary<string, FieldChange> ByField(JsonElement stored)
    {
        var changes = new SortedDictionary<string, FieldChange>(StringComparer.Ordinal);
        foreach (var field in stored.EnumerateObject())
        {
            var (from, to) = (field.Value.GetProperty("from"), field.Value.GetProperty("to"));
            if (field.NameEquals("fields"))
                Add(changes, from, to);
            else
                changes[field.Name] = field.NameEquals("deleted_at") ? new FieldChange(Utc(from), Utc(to)) : new FieldChange(from, to);
        }

        return changes;
    }

    private static void Add(SortedDictionary<string, FieldChange> changes, JsonElement from, JsonElement to)
    {
        foreach (var name in from.EnumerateObject().Concat(to.EnumerateObject()).Select(member => member.Name).Distinct(StringComparer.Ordinal))
        {
            var (was, becomes) = (Member(from, name), Member(to, name));
            if (!JsonElement.DeepEquals(was, becomes))
                changes[$"fields.{name}"] = new FieldChange(was, becomes);
        }
    }

    private static JsonElement Member(JsonElement fields, string name) => fields.TryGetProperty(name, out var value) ? value : Null;

    // PostgreSQL writes times with the offset of the session.
    private static JsonElement Utc(JsonElement time) => JsonElement.Parse(CanonicalJson.Text(time));
}
