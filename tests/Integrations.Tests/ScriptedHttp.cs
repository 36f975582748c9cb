using System.Text;
using Hub.Integrations.ConnectionTests;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.Tests;

/// <summary>Answers calls from a script, for hosts that a test cannot be: Atlassian's own, and failures on the way.</summary>
internal sealed class ScriptedHttp
{
    private readonly Dictionary<string, Func<OutboundRequest, OutboundResponse>> answers = new(StringComparer.Ordinal);

    public List<OutboundRequest> Requests { get; } = [];

    public HttpCall Call => (request, _, _) =>
    {
        Requests.Add(request);
        var answer = answers.GetValueOrDefault(request.Url.AbsoluteUri) ?? answers.GetValueOrDefault(request.Url.GetLeftPart(UriPartial.Path));
        return Task.FromResult(answer?.Invoke(request) ?? Json(404, "{}")(request));
    };

    public ScriptedHttp On(string url, Func<OutboundRequest, OutboundResponse> answer)
    {
        answers[url] = answer;
        return this;
    }

    public static Func<OutboundRequest, OutboundResponse> Json(int status, string body, params (string Name, string Value)[] headers) => Answer(status, "application/json", body, headers);

    public static Func<OutboundRequest, OutboundResponse> Answer(int status, string type, string body, params (string Name, string Value)[] headers) => request => new OutboundResponse(
        status, headers.Append((Name: "Content-Type", Value: type)).ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase),
        Encoding.UTF8.GetBytes(body), request.Url, TimeSpan.FromMilliseconds(7));

    public static Func<OutboundRequest, OutboundResponse> Fail(OutboundReason reason, string message) => _ => throw new OutboundException(reason, message);
}
