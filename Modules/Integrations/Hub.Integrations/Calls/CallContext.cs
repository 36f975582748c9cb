using System.Text.Json;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.Calls;

/// <summary>The way out for calls that authenticating needs: bounded, and under the address policy.</summary>
internal delegate Task<OutboundResponse> Outlet(OutboundRequest request, CancellationToken ct);

/// <summary>One occasion on which one configuration is used: a test, or the headers of a call.</summary>
internal sealed class CallContext
{
    private readonly Authenticators authenticators;
    private readonly List<string> secrets;
    private readonly Action<string>? hide;
    private readonly Outlet outlet;

    /// <param name="authenticators">What authenticates requests that others need.</param>
    /// <param name="subject">The configuration.</param>
    /// <param name="outlet">The way out, given the secrets of this occasion.</param>
    /// <param name="time">The clock.</param>
    /// <param name="fresh">Whether tokens are asked for anew.</param>
    /// <param name="hide">Told of every secret that comes up on the way.</param>
    public CallContext(
        Authenticators authenticators, EffectiveConfiguration subject, Func<IReadOnlyCollection<string>, Outlet> outlet, TimeProvider time, bool fresh,
        Action<string>? hide = null)
    {
        secrets = [.. subject.Secrets.Values.Values];
        (this.authenticators, this.outlet, this.hide, Subject, Time, Fresh) = (authenticators, outlet(secrets), hide, subject, time, fresh);
        Auth = AuthDescription.Of(subject.Schema.Auth);
        Values = new TemplateValues(subject, Auth, time);
        Trust = TrustOf.Configuration(Auth.Tls, Values);
    }

    public EffectiveConfiguration Subject { get; }

    public AuthDescription Auth { get; }

    public TemplateValues Values { get; }

    public TimeProvider Time { get; }

    /// <summary>Tokens are asked for anew: a test proves a credential, not what was proven before.</summary>
    public bool Fresh { get; }

    /// <summary>Whose certificates are accepted; null for those that the machine trusts.</summary>
    public TlsTrust? Trust { get; }

    /// <summary>When the credential itself ends, as far as it tells.</summary>
    public DateTimeOffset? CredentialExpiresAt { get; set; }

    /// <summary>Remarks of a successful test.</summary>
    public List<string> Remarks { get; } = [];

    /// <summary>Tokens of this occasion, by method: a test asks for each once.</summary>
    public Dictionary<AuthMethod, AccessToken> Tokens { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Methods whose token is being asked for.</summary>
    public HashSet<AuthMethod> Obtaining { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>A parameter of a method with its values; null when nothing is set.</summary>
    public string? Parameter(AuthMethod method, string parameter) =>
        method.Template(parameter) is { } template ? Values.Plain(template).OrNull : null;

    /// <exception cref="CallFailed">It is not set.</exception>
    public string Required(AuthMethod method, string parameter) =>
        Parameter(method, parameter) ?? throw new CallFailed(
            FailureReason.Config, $"Nothing is set for {parameter}, which the method {method.Kind} needs ({method.Template(parameter)}).");

    /// <summary>Takes a value that was obtained or derived out of every text that people see.</summary>
    public void Hide(string secret)
    {
        secrets.Add(secret);
        hide?.Invoke(secret);
    }

    /// <summary>The failure as it may be shown: providers quote what they were sent.</summary>
    public CallFailed Cleaned(CallFailed failure) => new(failure.Reason, Redaction.Redact(failure.Message, secrets));

    /// <exception cref="CallFailed">No answer came.</exception>
    public async Task<Answer> Send(CallDraft draft, CancellationToken ct) => new(await outlet(draft.ToRequest(), ct));

    /// <summary>Adds what authenticates to a finished draft.</summary>
    /// <param name="draft">The draft.</param>
    /// <param name="method">Name of the method; null for the first that applies.</param>
    /// <param name="ct">Gives up.</param>
    public Task Authenticate(CallDraft draft, string? method, CancellationToken ct) =>
        authenticators.Authenticate(draft, authenticators.Choose(this, method), this, ct);

    /// <summary>Remembers the answer that brought a token, for addresses made of it.</summary>
    public void Keep(AuthMethod method, AccessToken token)
    {
        Tokens[method] = token;
        Values.TokenAnswer = token.Answer ?? Values.TokenAnswer;
        Hide(token.Value);
    }

    public override string ToString() => $"Calls with {Subject}";
}

/// <summary>A token to call with.</summary>
/// <param name="Value">The token.</param>
/// <param name="ExpiresAt">When it ends; null when nobody said.</param>
/// <param name="Answer">The whole answer that brought it.</param>
internal sealed record AccessToken(string Value, DateTimeOffset? ExpiresAt, JsonElement? Answer = null)
{
    public override string ToString() => nameof(AccessToken);
}
