using System.Text.Json;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Health;

namespace Hub.Integrations.Calls.Authentication;

/// <summary>
/// Signs each request for AWS: with an access key, or with what assuming a role brought for a while.
/// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
/// </summary>
internal sealed class AwsAuthenticator(TokenCache cache) : IRequestSigner
{
    private const string Granted = "$.AssumeRoleResponse.AssumeRoleResult.Credentials";

    public string Kind => "aws_sigv4";

    public async Task Authenticate(CallDraft draft, AuthMethod method, CallContext context, CancellationToken ct)
    {
        var credentials = context.Parameter(method, "role_arn") is { } role ? await Assumed(role, method, context, ct) : Own(method, context);
        SigV4.Sign(draft, credentials, context.Required(method, "region"), draft.Service ?? context.Required(method, "service"), context.Time.GetUtcNow());
    }

    private static AwsCredentials Own(AuthMethod method, CallContext context) =>
        context.Parameter(method, "access_key_id") is { } id && context.Parameter(method, "secret_access_key") is { } secret
            ? new(id, secret, context.Parameter(method, "session_token"))
            : throw new CallFailed(FailureReason.Config,
                "An access key is needed: AWS takes none but signed requests, and assuming a role must be signed by somebody who may. "
                + "Set access_key_id and secret_access_key, here or at a scope above.");

    private async Task<AwsCredentials> Assumed(string role, AuthMethod method, CallContext context, CancellationToken ct)
    {
        var token = await cache.Get(method, context, given => Assume(role, method, context, given), ct);
        context.Keep(method, token);
        var (id, secret) = (Member(token.Answer, "AccessKeyId")!, Member(token.Answer, "SecretAccessKey")!);
        context.Hide(secret);
        return new(id, secret, token.Value);
    }

    private static async Task<AccessToken> Assume(string role, AuthMethod method, CallContext context, CancellationToken ct)
    {
        var external = context.Parameter(method, "external_id");
        var answer = await Ask(role, external, method, context, ct);
        if (answer.IsPage || Member(answer.Body, "SessionToken") is not { } session
            || Member(answer.Body, "AccessKeyId") is null || Member(answer.Body, "SecretAccessKey") is null)
            throw Refusal(answer);
        // A role that strangers may assume without the id is open to whoever learns its name; only a test asks.
        if (context.Fresh && external is not null && (await Ask(role, null, method, context, ct)).Response.IsSuccess)
            context.Remarks.Add("the role can be assumed without its external id too: let its trust policy require sts:ExternalId");
        return new AccessToken(session, Times.Of(JsonPaths.Read(answer.Body, $"{Granted}.Expiration")), answer.Body);
    }

    private static async Task<Answer> Ask(string role, string? externalId, AuthMethod method, CallContext context, CancellationToken ct)
    {
        var region = context.Required(method, "region");
        var domain = region.StartsWith("cn-", StringComparison.Ordinal) ? "amazonaws.com.cn" : "amazonaws.com";
        var draft = CallDrafts.Empty("POST", $"https://sts.{Uri.EscapeDataString(region)}.{domain}/", context);
        var form = new List<(string, string)>
        {
            ("Action", "AssumeRole"), ("Version", "2011-06-15"), ("RoleArn", role), ("RoleSessionName", "integration-hub"), ("DurationSeconds", "3600"),
        };
        if (externalId is not null)
            form.Add(("ExternalId", externalId));
        draft.Headers["Accept"] = "application/json";
        draft.SetForm(form);
        SigV4.Sign(draft, Own(method, context), region, "sts", context.Time.GetUtcNow());
        return await context.Send(draft, ct);
    }

    private static CallFailed Refusal(Answer answer)
    {
        var words = ProviderWords.Complaint(answer.Response);
        return JsonPaths.Text(JsonPaths.Read(answer.Body, "$.Error.Code")) switch
        {
            "AccessDenied" => new(
                FailureReason.Permission, $"The access key is known but may not assume the role: check its trust policy and the external id.{words}"),
            { } code when answer.Status is 401 or 403 =>
                new(FailureReason.Auth, $"AWS refused the access key ({code}): it is wrong, or the clock of this machine is.{words}"),
            _ => TokenAnswers.Refusal(answer),
        };
    }

    private static string? Member(JsonElement? answer, string name) => JsonPaths.Text(JsonPaths.Read(answer, $"{Granted}.{name}"));
}
