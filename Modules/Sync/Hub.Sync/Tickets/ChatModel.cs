using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Budgets;
using Hub.SharedKernel.Outbound;
using Hub.SharedKernel.Problems;
using Hub.SharedKernel.Text;
using Hub.Sync.Jira;
using Hub.Sync.Providers;

namespace Hub.Sync.Tickets;

/// <summary>
/// A language model behind an <c>openai</c> integration: chat completions whose answer is JSON of a given schema
/// (https://platform.openai.com/docs/guides/structured-outputs).
/// </summary>
internal sealed class ChatModel(BudgetedHttp http, Connection connection)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public double LatencyMs { get; private set; }

    /// <returns>What the model said; meant to be JSON, and as little to be trusted as any other stranger's.</returns>
    /// <exception cref="ProviderFailure">It said nothing.</exception>
    /// <exception cref="UpstreamException">It does not want to.</exception>
    public async Task<string> Complete(string instructions, string prompt, string name, JsonObject schema, CancellationToken ct)
    {
        var model = connection.Setting("default_model")
            ?? throw new ConflictException("not_configured", $"Integration {connection.Integration.Id} names no model: set default_model.");
        if (!Uri.TryCreate($"{connection.Setting("base_url")?.TrimEnd('/')}/chat/completions", UriKind.Absolute, out var url))
            throw new ProviderFailure("config", "The API address is not a web address.", false);
        var answer = await Send(url, new JsonObject
        {
            ["model"] = model,
            ["messages"] = new JsonArray(
                new JsonObject { ["role"] = "system", ["content"] = instructions }, new JsonObject { ["role"] = "user", ["content"] = prompt }),
            ["response_format"] = new JsonObject
            {
                ["type"] = "json_schema",
                ["json_schema"] = new JsonObject { ["name"] = name, ["strict"] = true, ["schema"] = schema },
            },
        }, ct);
        var choice = answer.At("choices") is { ValueKind: JsonValueKind.Array } choices && choices.GetArrayLength() > 0 ? choices[0] : default;
        if (choice.Text("message", "refusal") is { } refusal)
            throw new UpstreamException(422, "upstream_refused", $"The model refused: {Clean(refusal)}");
        return choice.Text("message", "content") ?? throw new ProviderFailure("provider_error", "The model's answer is empty.", true);
    }

    private async Task<JsonElement> Send(Uri url, JsonObject body, CancellationToken ct)
    {
        OutboundResponse answer;
        try
        {
            answer = await http.Send(connection, Urgency.Manual, new OutboundRequest
            {
                Method = HttpMethod.Post,
                Url = url,
                Headers = connection.Headers,
                Secrets = connection.Secrets,
                Body = JsonSerializer.SerializeToUtf8Bytes(body),
                ContentType = "application/json",
                Timeout = Patience,
                MaxResponseBytes = 1024 * 1024,
            }, ct);
        }
        catch (OutboundException failure)
        {
            throw JiraAnswer.Of(failure);
        }

        LatencyMs = answer.Elapsed.TotalMilliseconds;
        var json = Json(answer);
        if (answer.IsSuccess && json.ValueKind is JsonValueKind.Object)
            return json;
        var words = Clean(json.Text("error", "message") ?? $"status {answer.Status}");
        throw answer.Status switch
        {
            401 => new ProviderFailure("auth", $"The model's provider refused the key: {words}", false),
            403 => new ProviderFailure("permission", $"The key may not use this model: {words}", false),
            404 => new ProviderFailure("not_found", $"The model or the API address does not exist: {words}", false),
            429 => new ProviderFailure("rate_limited", $"The model's provider asks for a pause: {words}", true, Wait(answer)),
            _ => new ProviderFailure("provider_error", $"The model's provider gave no answer: {words}", answer.Status >= 500),
        };
    }

    private string Clean(string text) => Redaction.Redact(StorableText.OneLine(text), connection.Secrets);

    private static JsonElement Json(OutboundResponse answer)
    {
        try
        {
            return JsonElement.Parse(answer.Body);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static TimeSpan? Wait(OutboundResponse answer) =>
        double.TryParse(answer.Header("Retry-After"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 1e7
            ? TimeSpan.FromSeconds(seconds) : null;
}
