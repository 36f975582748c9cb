using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>Maps handlers under each API version that the deployment has: 2, latest and, on Cloud, 3.</summary>
sealed class RestApi(IEndpointRouteBuilder app, FakeJiraServer jira)
{
    public FakeJiraServer Jira => jira;

    public bool Cloud => jira.Options.Deployment == Deployment.Cloud;

    public void Map(string verb, string path, Func<HttpContext, ApiView, Task> handle)
    {
        string[] versions = Cloud ? ["2", "3", "latest"] : ["2", "latest"];
        foreach (var version in versions)
        {
            var view = new ApiView(jira, version == "latest" ? (Cloud ? "3" : "2") : version);
            app.MapMethods($"/rest/api/{version}{path}", [verb], context => handle(context, view));
        }
    }
}

static class RequestReading
{
    /// <summary>The body as a JSON object; anything else is a 400.</summary>
    public static async Task<JsonElement> Body(this HttpContext context) =>
        await context.Value() is { ValueKind: JsonValueKind.Object } body ? body : throw JiraProblem.BadPayload();

    /// <summary>The body as any JSON value.</summary>
    public static async Task<JsonElement> Value(this HttpContext context)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body, Reply.Options, context.RequestAborted);
        }
        catch (JsonException)
        {
            throw JiraProblem.BadPayload();
        }
    }

    public static string Route(this HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    /// <summary>A comma-separated query parameter.</summary>
    public static string[] List(this HttpContext context, string query) =>
        context.Request.Query[query].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static int Number(this HttpContext context, string query, int otherwise) =>
        int.TryParse(context.Request.Query[query], out var value) && value >= 0 ? value : otherwise;

    /// <summary>The property if it is there and not null.</summary>
    public static JsonElement? Get(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string? Text(this JsonElement element, string name) => element.Get(name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        null => null,
        _ => throw JiraProblem.BadPayload(),
    };

    public static int? Number(this JsonElement element, string name) => element.Get(name) is { } value
        ? value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : throw JiraProblem.BadPayload()
        : null;

    public static IReadOnlyList<string>? Texts(this JsonElement element, string name) => element.Get(name) is { } value
        ? value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(v => v.ToString())] : throw JiraProblem.BadPayload()
        : null;
}
