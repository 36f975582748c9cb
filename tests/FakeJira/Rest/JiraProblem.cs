using System.Collections.Immutable;

namespace Hub.FakeJira;

/// <summary>An answer in Jira's error shape: general messages and messages by field.</summary>
sealed class JiraProblem(int status, params string[] messages) : Exception(string.Join(' ', messages))
{
    public int Status => status;

    public IReadOnlyList<string> Messages => messages;

    public ImmutableSortedDictionary<string, string> Errors { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public static JiraProblem Field(string field, string message) =>
        new(400) { Errors = ImmutableSortedDictionary<string, string>.Empty.Add(field, message) };

    public static JiraProblem NoIssue() => new(404, "Issue does not exist or you do not have permission to see it.");

    public static JiraProblem BadPayload() => new(400, "Invalid request payload. Refer to the REST API documentation and try again.");
}
