using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Health;
using Hub.SharedKernel.Http;

namespace Hub.Integrations.Calls.Authentication;

/// <summary>
/// Workload identity federation: a token of somebody else's is exchanged at Google's security token service, and that, where the file says so, for one of
/// a service account. https://google.aip.dev/auth/4117 — the file tells where the first token is. Files, programs, metadata servers and addresses that are
/// not Google's belong to the machine the file was made for; here they would reach into the hub's own, so they are refused.
/// </summary>
internal sealed class GoogleWorkloadIdentityAuthenticator(TokenCache cache) : ITokenAuthenticator
{
    private const string Impersonation = "service_account_impersonation_url";
    private const string CloudPlatform = "https://www.googleapis.com/auth/cloud-platform";

    public string Kind => "google_workload_identity";

    public Task<AccessToken> Token(AuthMethod method, CallContext context, CancellationToken ct) =>
        cache.Get(method, context, given => Obtain(method, context, given), ct);

    private static async Task<AccessToken> Obtain(AuthMethod method, CallContext context, CancellationToken ct)
    {
        var file = GoogleHosts.File(context.Required(method, "credentials"), "external_account");
        var exchange = GoogleHosts.Checked(GoogleHosts.Text(file, "token_url"), "token_url");
        var impersonation = GoogleHosts.Text(file, Impersonation) is { } url ? GoogleHosts.Checked(url, Impersonation) : null;
        var subject = await Subject(file, context, ct);
        context.Hide(subject);
        var scopes = string.Join(' ', method.Texts("scopes"));
        var draft = CallDrafts.Empty("POST", exchange, context);
        draft.SetForm([
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("audience", GoogleHosts.Required(file, "audience")),
            ("scope", impersonation is null ? scopes : CloudPlatform), ("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
            ("subject_token_type", GoogleHosts.Required(file, "subject_token_type")), ("subject_token", subject),
        ]);
        var federated = TokenAnswers.Read(await context.Send(draft, ct), context.Time.GetUtcNow());
        return impersonation is null ? federated : await Impersonate(impersonation, federated, method.Texts("scopes"), context, ct);
    }

    private static async Task<string> Subject(JsonElement file, CallContext context, CancellationToken ct)
    {
        var source = JsonPaths.Read(file, "$.credential_source");
        if (JsonPaths.Text(JsonPaths.Read(source, "$.url")) is not { } address || JsonPaths.Read(source, "$.environment_id") is not null)
            throw new CallFailed(FailureReason.Config,
                "This workload identity takes its first token from the machine that it was made for (a file, a program, or a cloud's metadata). "
                + "The hub is not that machine and has no such token: use the key of a service account.");
        var draft = CallDrafts.Empty("GET", GoogleHosts.Checked(address, "credential_source.url"), context);
        if (JsonPaths.Read(source, "$.headers") is { ValueKind: JsonValueKind.Object } headers)
            foreach (var header in headers.EnumerateObject())
                draft.Headers[header.Name] = JsonPaths.Text(header.Value) ?? "";
        var answer = await context.Send(draft, ct);
        var token = JsonPaths.Text(JsonPaths.Read(source, "$.format.type")) is "json"
            ? JsonPaths.Text(JsonPaths.Read(answer.Body, $"$.{JsonPaths.Text(JsonPaths.Read(source, "$.format.subject_token_field_name"))}"))
            : answer.Response.Text.Trim();
        return answer is { IsPage: false, Response.IsSuccess: true } && token is { Length: > 0 } ? token : throw TokenAnswers.Refusal(answer);
    }

    private static async Task<AccessToken> Impersonate(string url, AccessToken federated, IReadOnlyList<string> scopes, CallContext context, CancellationToken ct)
    {
        context.Hide(federated.Value);
        var draft = CallDrafts.Empty("POST", url, context);
        draft.Headers["Authorization"] = $"Bearer {federated.Value}";
        draft.Headers["Content-Type"] = "application/json";
        var scope = new JsonArray([.. scopes.Select(text => (JsonNode)JsonValue.Create(text))]);
        draft.Body = Encoding.UTF8.GetBytes(new JsonObject { ["scope"] = scope }.ToJsonString(HubJson.Options));
        var answer = await context.Send(draft, ct);
        return answer is { IsPage: false, Response.IsSuccess: true } && JsonPaths.Text(JsonPaths.Read(answer.Body, "$.accessToken")) is { } token
            ? new AccessToken(token, Times.Of(JsonPaths.Read(answer.Body, "$.expireTime")), answer.Body)
            : throw TokenAnswers.Refusal(answer);
    }
}
