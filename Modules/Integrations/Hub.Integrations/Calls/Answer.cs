using System.Text.Json;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.Calls;

/// <summary>An answer as conditions and templates read it.</summary>
internal sealed class Answer(OutboundResponse response)
{
    private static readonly string[] PageStarts = ["<!doctype html", "<html"];

    public OutboundResponse Response { get; } = response;

    /// <summary>Null for anything but JSON.</summary>
    public JsonElement? Body { get; } = Parse(response);

    public int Status => Response.Status;

    public double TookMs => Response.Elapsed.TotalMilliseconds;

    /// <summary>A web page where an API's answer belongs: a login page, or a proxy's.</summary>
    public bool IsPage =>
        Response.Header("Content-Type")?.Contains("html", StringComparison.OrdinalIgnoreCase) == true
        || (!Response.IsJson && Array.Exists(PageStarts, start => Head.StartsWith(start, StringComparison.OrdinalIgnoreCase)));

    public bool Fits(AnswerDescription expected) => HasStatus(expected.Status) && (expected.Json ?? []).All(Holds);

    public bool HasStatus(IReadOnlyList<JsonElement> statuses) => statuses.Any(status => status.ValueKind is JsonValueKind.Number
        ? status.TryGetInt32(out var code) && code == Status
        : status.GetString() is { Length: 3 } family && family[0] - '0' == Status / 100);

    public bool Holds(BodyCondition condition)
    {
        var found = JsonPaths.Read(Body, condition.Path);
        if (condition.Exists is { } exists)
            return found is not null == exists;
        return condition.Same.ValueKind is not JsonValueKind.Undefined
            ? Same(found, condition.Same)
            : !Same(found, condition.NotEquals);
    }

    private string Head => Response.Text.TrimStart() is var text && text.Length > 20 ? text[..20] : text;

    private static bool Same(JsonElement? found, JsonElement wanted) =>
        found is { } value ? JsonElement.DeepEquals(value, wanted) : wanted.ValueKind is JsonValueKind.Null;

    private static JsonElement? Parse(OutboundResponse response)
    {
        try
        {
            return JsonElement.Parse(response.Text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
