using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.SharedKernel.Http;

namespace Hub.Integrations.Calls;

/// <summary>A condition on the configuration: a select field has one of the values, or a field is set or not.</summary>
internal sealed record When(string Field, IReadOnlyList<string>? Values = null, bool? Present = null);

/// <summary>A condition on a JSON body. Exactly one of the last three is set.</summary>
internal sealed record BodyCondition
{
    public required string Path { get; init; }

    // A JSON null is a value to compare with; only an absent member means nothing is compared.
    [JsonPropertyName("equals")]
    public JsonElement Same { get; init; }
    public JsonElement NotEquals { get; init; }
    public bool? Exists { get; init; }
}

/// <param name="Json">Any JSON; its texts are templates.</param>
/// <param name="Form">Templates by name.</param>
internal sealed record BodyDescription(JsonElement? Json = null, IReadOnlyDictionary<string, string>? Form = null);

/// <summary>A request as a schema document describes it. Every text is a template.</summary>
internal record CallDescription
{
    public string? Name { get; init; }
    public required string Method { get; init; }
    public required string Url { get; init; }
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
    public BodyDescription? Body { get; init; }

    /// <summary>Name of the method that authenticates it; null for the first that applies.</summary>
    public string? Auth { get; init; }

    /// <summary>The service that AWS signs for, where it is not the method's.</summary>
    public string? Service { get; init; }

    /// <summary>Status codes and classes of them that are fine.</summary>
    public IReadOnlyList<JsonElement>? Status { get; init; }
}

/// <summary>A request that proves something, and what its answers mean.</summary>
internal sealed record TestDescription : CallDescription
{
    public string? Kind { get; init; }
    public When? When { get; init; }
    public bool Signed { get; init; }
    public required AnswerDescription Expect { get; init; }
    public string? Identity { get; init; }

    /// <summary>Template of the time at which the credential ends.</summary>
    public string? Expires { get; init; }
    public PollDescription? Poll { get; init; }
    public IReadOnlyList<Explanation>? Explain { get; init; }
    public IReadOnlyList<TestDescription>? Then { get; init; }

    /// <returns>The requests of which the first whose condition holds is the test; none for a type that is not tested by requests.</returns>
    public static IReadOnlyList<TestDescription> Of(JsonElement document) =>
        document.ValueKind is not JsonValueKind.Object ? []
        : document.TryGetProperty("one_of", out var choices) ? choices.Deserialize<TestDescription[]>(DocumentJson.Options)!
        : document.TryGetProperty("url", out _) ? [document.Deserialize<TestDescription>(DocumentJson.Options)!]
        : [];

    /// <summary>The word for a test that is no request, such as <c>smtp</c>; null otherwise.</summary>
    public static string? KindOf(JsonElement document) =>
        document.ValueKind is JsonValueKind.Object && document.TryGetProperty("kind", out var kind)
        && kind.GetString() is { } word and not "http" ? word : null;
}

/// <param name="Status">Codes and classes of them.</param>
/// <param name="Json">Conditions that all hold.</param>
internal record AnswerDescription(IReadOnlyList<JsonElement> Status, IReadOnlyList<BodyCondition>? Json = null);

/// <summary>What an answer other than the expected one means.</summary>
/// <param name="Status">Codes and classes of them.</param>
/// <param name="Json">Conditions that all hold.</param>
/// <param name="Ok">Whether the test goes on.</param>
/// <param name="Message">For people; null only beside <paramref name="Try"/>.</param>
/// <param name="Reason">Why it does not go on.</param>
/// <param name="Try">Another request, whose outcome counts instead.</param>
internal sealed record Explanation(
    IReadOnlyList<JsonElement> Status, IReadOnlyList<BodyCondition>? Json = null, bool Ok = false, string? Message = null, string? Reason = null,
    TestDescription? Try = null)
    : AnswerDescription(Status, Json);

/// <summary>While the answer has one of these statuses, the result is asked for at the address.</summary>
/// <param name="Status">Codes and classes of them.</param>
/// <param name="Url">Template that may read the answer.</param>
internal sealed record PollDescription(IReadOnlyList<JsonElement> Status, string Url);

/// <summary>How documents are read: they have been judged before, and one of a newer version may know more.</summary>
internal static class DocumentJson
{
    public static readonly JsonSerializerOptions Options = new(HubJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };
}
