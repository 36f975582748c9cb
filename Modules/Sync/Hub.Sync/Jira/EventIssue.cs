using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira;

/// <summary>
/// An issue as an event shows it, completed by what is stored of it: events may leave fields out, and they carry wiki markup where Cloud's search gives a
/// document. A text that did not change keeps the form it has, else it would seem to change with each event and back with each search.
/// </summary>
internal static class EventIssue
{
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 512 };

    /// <param name="issue">The issue of the event.</param>
    /// <param name="stored">The record as it is stored; undefined without one.</param>
    /// <param name="changed">Whether the event tells of a change of that field.</param>
    public static JsonElement Complete(JsonElement issue, JsonElement stored, Func<string, bool> changed)
    {
        if (stored.At("fields") is not { ValueKind: JsonValueKind.Object } known || issue.At("fields") is not { ValueKind: JsonValueKind.Object } told)
            return issue;
        try
        {
            var fields = Members(told);
            if (!Keep(fields, known, changed))
                return issue;
            var buffer = new ArrayBufferWriter<byte>(8192);
            using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
            {
                json.WriteStartObject();
                foreach (var member in issue.EnumerateObject())
                    if (member.Name != "fields")
                        Member(json, member.Name, member.Value);
                json.WriteStartObject("fields");
                foreach (var (name, value) in fields)
                    Member(json, name, value);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            var reader = new Utf8JsonReader(buffer.WrittenSpan, Deep);
            return JsonElement.ParseValue(ref reader);
        }
        catch (InvalidOperationException)
        {
            // A member's name that is no text: nothing can be told apart by it.
            return issue;
        }
    }

    /// <summary>Without a list of changes everything may have changed.</summary>
    public static bool Changes(JsonElement payload, string field) =>
        payload.At("changelog", "items") is not { ValueKind: JsonValueKind.Array } items
        || items.EnumerateArray().Any(item => item.Text("fieldId") == field || item.Text("field") == field);

    private static Dictionary<string, JsonElement> Members(JsonElement told)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in told.EnumerateObject())
            members[member.Name] = member.Value;
        return members;
    }

    /// <returns>Whether anything of what is known is added to the fields.</returns>
    private static bool Keep(Dictionary<string, JsonElement> fields, JsonElement known, Func<string, bool> changed)
    {
        var any = false;
        foreach (var member in known.EnumerateObject())
            if (!fields.TryGetValue(member.Name, out var now) || now.ValueKind is JsonValueKind.String && IsDocument(member.Value) && !changed(member.Name))
            {
                fields[member.Name] = member.Value;
                any = true;
            }

        return any;
    }

    private static void Member(Utf8JsonWriter json, string name, JsonElement value)
    {
        json.WritePropertyName(name);
        // As it came: it may hold escapes that the writer would refuse.
        json.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
    }

    private static bool IsDocument(JsonElement value) => value.Text("type") == "doc";
}
