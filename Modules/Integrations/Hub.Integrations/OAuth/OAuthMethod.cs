using System.Text.Json;
using Hub.Integrations.Calls;
using Hub.Integrations.Health;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.OAuth;

/// <summary>The method <c>oauth2_authorization_code</c> of a type's <c>auth</c>, with the values of one configuration.</summary>
/// <param name="Client">Where to ask, and as whom.</param>
/// <param name="Method">The method in the document.</param>
/// <param name="Context">Makes the calls.</param>
internal sealed record OAuthMethod(OAuthClient Client, AuthMethod Method, CallContext Context)
{
    public const string Kind = "oauth2_authorization_code";

    /// <summary>Whether the configuration's calls are authenticated by what a person grants.</summary>
    public static bool IsUsed(CallContext context) => Find(context) is not null;

    /// <returns>Null when the configuration authenticates in another way.</returns>
    /// <exception cref="CallFailed">Its values do not make a client.</exception>
    public static OAuthMethod? Of(CallContext context)
    {
        if (Find(context) is not { } method)
            return null;
        var client = new OAuthClient(
            Address(context, method, "authorize_url"), Address(context, method, "token_url"), context.Required(method, "client_id"),
            context.Parameter(method, "client_secret"), context.Parameter(method, "scope"), method.Template("client_auth") is "basic",
            Parameters(context, method), method.Template("revocation_url") is null ? null : Address(context, method, "revocation_url"));
        return new OAuthMethod(client, method, context);
    }

    /// <summary>Whom a new token belongs to, as <c>account</c> of the method asks; null where the type does not say how.</summary>
    /// <exception cref="CallFailed">The provider does not tell.</exception>
    public async Task<OAuthAccount?> Account(AccessToken token, CancellationToken ct)
    {
        if (!Method.Parameters.TryGetValue("account", out var document)
            || document.Deserialize<AccountDescription>(DocumentJson.Options) is not { } description)
            return null;
        Context.Keep(Method, token);
        var draft = CallDrafts.Of(
            new CallDescription { Method = description.Method, Url = description.Url, Headers = description.Headers, Body = description.Body }, Context);
        CallDrafts.AddHeaders(draft, Method.Headers, Context.Values);
        draft.Headers["Authorization"] = $"Bearer {token.Value}";
        var answer = await Context.Send(draft, ct);
        if (!answer.Response.IsSuccess || AnswerTemplate.Render(description.Id, answer, Context).OrNull is not { } id)
            throw new CallFailed(
                FailureReason.ProviderError,
                $"{draft.Url.Host} gave a token but did not tell whose it is ({answer.Status}). Nothing was stored; authorise again.");
        var name = description.Name is { } template ? AnswerTemplate.Render(template, answer, Context).OrNull : null;
        return new OAuthAccount(StorableText.OneLine(id), name is null ? null : StorableText.OneLine(name));
    }

    public override string ToString() => Client.ToString();

    private static AuthMethod? Find(CallContext context) =>
        context.Auth.Methods.FirstOrDefault(method => method.Kind == Kind && context.Values.Holds(method.When));

    private static Uri Address(CallContext context, AuthMethod method, string parameter) =>
        method.Template(parameter) is { } template && context.Values.Address(template).OrNull is { } text
            && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && url is { UserInfo: "", Host.Length: > 0 }
            ? url
            : throw new CallFailed(FailureReason.Config, $"The configuration makes no web address for {parameter} ({method.Template(parameter)}).");

    private static Dictionary<string, string> Parameters(CallContext context, AuthMethod method)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (method.Parameters.TryGetValue("parameters", out var parameters) && parameters.ValueKind is JsonValueKind.Object)
            foreach (var parameter in parameters.EnumerateObject())
                if (parameter.Value.GetString() is { } template && context.Values.Plain(template).OrNull is { } value)
                    values[parameter.Name] = value;
        return values;
    }

    private sealed record AccountDescription
    {
        public string Method { get; init; } = "GET";
        public required string Url { get; init; }
        public IReadOnlyDictionary<string, string>? Headers { get; init; }
        public BodyDescription? Body { get; init; }
        public required string Id { get; init; }
        public string? Name { get; init; }
    }
}

/// <param name="Id">The provider's id of the account.</param>
/// <param name="Name">What people call it.</param>
internal sealed record OAuthAccount(string Id, string? Name)
{
    public override string ToString() => Name is { } name && name != Id ? $"{name} ({Id})" : Id;
}
