using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.Calls;

/// <summary>
/// Authenticates calls of any type as its schema document says. Must not be asked inside a transaction: it may call the provider for a token.
/// </summary>
internal sealed class Authenticators(IEnumerable<IAuthenticator> kinds, HttpCall http, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private const int MaxAnswer = 1024 * 1024;
    private static readonly Uri Nowhere = new("https://unknown.invalid/");

    private readonly Dictionary<string, IAuthenticator> byKind = kinds.ToDictionary(kind => kind.Kind, StringComparer.Ordinal);

    /// <summary>
    /// The headers that authenticate every request of a configuration, the type's own ones included. None for kinds that sign each request
    /// (<c>aws_sigv4</c>) or authenticate in the address (<c>query</c>): <see cref="Prepare"/> a draft for these.
    /// </summary>
    /// <exception cref="CallFailed">A token is needed and not given, or the configuration makes no credential.</exception>
    public async Task<IReadOnlyDictionary<string, string>> Headers(EffectiveConfiguration subject, CancellationToken ct)
    {
        var context = Open(subject);
        var method = Choose(context, null);
        var draft = new CallDraft(HttpMethod.Get, Nowhere);
        CallDrafts.AddOwnHeaders(draft, context);
        if (byKind.GetValueOrDefault(method.Kind) is not IRequestSigner)
            await Authenticate(draft, method, context, ct);
        return draft.Headers;
    }

    /// <summary>A token to use elsewhere than in a header, such as XOAUTH2.</summary>
    /// <param name="subject">The configuration.</param>
    /// <param name="methodName">Name of the method in the type's <c>auth</c>; null for the first that applies.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CallFailed">None is given, or the method has no tokens.</exception>
    public async Task<AccessToken> AccessToken(EffectiveConfiguration subject, string? methodName, CancellationToken ct)
    {
        var context = Open(subject);
        var method = Choose(context, methodName);
        return byKind.GetValueOrDefault(method.Kind) is ITokenAuthenticator source
            ? await source.Token(method, context, ct)
            : throw new CallFailed(FailureReason.Config, $"The method {method.Kind} has no access tokens.");
    }

    /// <summary>A described request of this type, authenticated and ready to be sent.</summary>
    /// <exception cref="CallFailed">It cannot be made of this configuration.</exception>
    public async Task<CallDraft> Prepare(CallDescription call, CallContext context, CancellationToken ct)
    {
        var method = Choose(context, call.Auth);
        // The address may be made of the token's answer.
        if (call.Url.Contains("{token.", StringComparison.Ordinal) && byKind.GetValueOrDefault(method.Kind) is ITokenAuthenticator source)
            context.Keep(method, await source.Token(method, context, ct));
        var draft = CallDrafts.Of(call, context);
        await Authenticate(draft, method, context, ct);
        return draft;
    }

    /// <summary>An occasion outside of tests: tokens are used as long as they last.</summary>
    public CallContext Open(EffectiveConfiguration subject) =>
        new(this, subject, secrets => (request, ct) => Send(request, secrets, ct), time, fresh: false);

    /// <summary>An occasion of a test.</summary>
    /// <param name="subject">The configuration.</param>
    /// <param name="probe">Makes the calls and writes them down.</param>
    /// <param name="step">What is to blame when a call brings no answer.</param>
    public CallContext Open(EffectiveConfiguration subject, TestProbe probe, Func<string> step)
    {
        return new CallContext(this, subject, _ => Send, time, fresh: true, probe.Hide);

        Task<OutboundResponse> Send(OutboundRequest request, CancellationToken ct) =>
            probe.Called ? probe.Call(step(), request, ct) : probe.Connect(step(), request, ct);
    }

    /// <exception cref="CallFailed">No such method.</exception>
    public AuthMethod Choose(CallContext context, string? name) => name switch
    {
        null => context.Auth.Methods.FirstOrDefault(method => context.Values.Holds(method.When)) ?? AuthMethod.None,
        "none" => AuthMethod.None,
        _ => context.Auth.Methods.FirstOrDefault(method => method.Name == name)
            ?? throw new CallFailed(FailureReason.Config, $"The type has no authentication method named {name}."),
    };

    public async Task Authenticate(CallDraft draft, AuthMethod method, CallContext context, CancellationToken ct)
    {
        CallDrafts.AddHeaders(draft, method.Headers, context.Values);
        if (!byKind.TryGetValue(method.Kind, out var kind))
            throw new CallFailed(FailureReason.Config, $"This version of the hub does not authenticate by {method.Kind}.");
        await kind.Authenticate(draft, method, context, ct);
    }

    private async Task<OutboundResponse> Send(OutboundRequest request, IReadOnlyCollection<string> secrets, CancellationToken ct)
    {
        try
        {
            return await http(request with { Timeout = Patience, Secrets = secrets, MaxResponseBytes = MaxAnswer }, null, ct);
        }
        catch (OutboundException fault)
        {
            throw new CallFailed(TestProbe.ReasonOf(fault.Reason), fault.Message);
        }
    }
}
