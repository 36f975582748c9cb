namespace Hub.FakeGithub;

/// <summary>What an endpoint answers, before limits and caching have their say.</summary>
sealed record Answer(int Status, object? Body = null)
{
    public Dictionary<string, string> Headers { get; init; } = [];

    public DateTimeOffset? LastModified { get; init; }

    /// <summary>Of the body, when that is text and not JSON.</summary>
    public string? TextType { get; init; }

    public static Answer Ok(object body, DateTimeOffset? lastModified = null) => new(200, body) { LastModified = lastModified };

    public static readonly Answer Nothing = new(204);
}

/// <summary>An answer in GitHub's error shape.</summary>
sealed class GithubProblem(int status, string message) : Exception(message)
{
    public const string Documentation = "https://docs.github.com/rest";

    public Dictionary<string, string> Headers { get; init; } = [];

    public object? Errors { get; init; }

    public static GithubProblem NotFound() => new(404, "Not Found");

    public static GithubProblem Unprocessable(string resource, string code, string? field = null, string? message = null) =>
        new(422, "Validation Failed") { Errors = new[] { new { resource, code, field, message } } };

    public Answer Answer => new(status, Errors is null
        ? new { message = Message, documentation_url = Documentation, status = $"{status}" }
        : new { message = Message, errors = Errors, documentation_url = Documentation, status = $"{status}" }) { Headers = Headers };
}
