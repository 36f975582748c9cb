using System.Globalization;
using System.Text.Json;

namespace Hub.FakeGithub;

/// <summary>One request on its way: who asks, for which repository, with which parameters.</summary>
sealed class Call(HttpContext context, FakeGithubServer github, Caller caller)
{
    GithubRepository? repository;

    public FakeGithubServer Github => github;
    public Caller Caller => caller;
    public HttpRequest Request => context.Request;
    public GithubView View { get; } = new(github);
    public bool HasRepository => repository is not null;

    /// <summary>The repository that the route names, which the caller may see.</summary>
    public GithubRepository Repository
    {
        get => repository ?? throw GithubProblem.NotFound();
        set => repository = value;
    }

    /// <summary>The path below the repository, such as <c>/issues</c>; the whole path where there is none.</summary>
    public string Rest { get; set; } = context.Request.Path;

    // A slash that was sent as %2F stays so in route values.
    public string Route(string name) =>
        ((string?)context.Request.RouteValues[name] ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    public long Id(string name) => long.TryParse(Route(name), CultureInfo.InvariantCulture, out var id) ? id : throw GithubProblem.NotFound();

    public string? Query(string name) => context.Request.Query.TryGetValue(name, out var value) && value.ToString().Length > 0 ? value.ToString() : null;

    public int Number(string name, int otherwise) =>
        int.TryParse(Query(name), CultureInfo.InvariantCulture, out var value) && value > 0 ? value : otherwise;

    /// <summary>A time of the query; anything that is none is ignored, as GitHub does.</summary>
    public DateTimeOffset? Time(string name) =>
        DateTimeOffset.TryParse(Query(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>The body as a JSON object, an empty one if there is none.</summary>
    public JsonElement Body()
    {
        try
        {
            context.Request.Body.Position = 0;
            using var reader = new StreamReader(context.Request.Body, leaveOpen: true);
            var text = ((MemoryStream)context.Request.Body).Length == 0 ? "{}" : reader.ReadToEnd();
            var body = JsonSerializer.Deserialize<JsonElement>(text);
            return body.ValueKind == JsonValueKind.Object ? body : throw new GithubProblem(400, "Body should be a JSON object");
        }
        catch (JsonException)
        {
            throw new GithubProblem(400, "Problems parsing JSON");
        }
    }
}
