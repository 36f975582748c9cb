using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;

namespace Hub.Host.Tests.FakeJira;

/// <summary>A plain caller of the fake, with the right credentials unless told otherwise.</summary>
sealed class JiraCaller(FakeJiraServer jira) : IDisposable
{
    readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(20) };

    public string? Authorization { get; set; } = jira.Auth.Header;

    public async Task<Answer> Send(string method, string path, object? body = null, string? at = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), (at ?? jira.Url) + path);
        if (Authorization is not null) request.Headers.Authorization = AuthenticationHeaderValue.Parse(Authorization);
        if (body is not null) request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
    }

    public Task<Answer> Get(string path) => Send("GET", path);

    public Task<Answer> Post(string path, object body) => Send("POST", path, body);

    /// <summary>Walks a Cloud search to its end, as the documentation demands, and gives the keys page by page.</summary>
    public async Task<List<string[]>> Walk(string jql, int maxResults = 50)
    {
        var pages = new List<string[]>();
        string? token = null;
        do
        {
            var page = await Post("/rest/api/3/search/jql", new { jql, maxResults, nextPageToken = token, fields = new[] { "summary" } });
            page.Status.Should().Be(HttpStatusCode.OK, page.Body);
            pages.Add(page.Keys);
            token = page.Json.TryGetProperty("nextPageToken", out var next) ? next.GetString() : null;
        }
        while (token is not null && pages.Count < 1000);
        return pages;
    }

    public void Dispose() => http.Dispose();
}

sealed record Answer(HttpStatusCode Status, string Body, HttpResponseHeaders Headers)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    public string[] Keys => [.. Json.GetProperty("issues").EnumerateArray().Select(i => i.GetProperty("key").GetString()!)];

    public string Error => string.Join(' ', Json.GetProperty("errorMessages").EnumerateArray().Select(m => m.GetString()));
}
