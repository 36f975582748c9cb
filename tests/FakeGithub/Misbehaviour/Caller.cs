namespace Hub.FakeGithub;

/// <summary>Who a request comes from. Limits and caches are kept by its key.</summary>
sealed record Caller(string Key, long Id, string? Scopes = null)
{
    public const string PersonalKey = "personal";

    const string Attached = "caller";

    public static readonly Caller Anonymous = new("anonymous", 0);

    public bool IsAnonymous => Key == Anonymous.Key;

    /// <summary>Proven by a JSON web token of the App, good for <c>/app</c> only.</summary>
    public bool IsApp { get; init; }

    public bool IsInstallation { get; init; }

    /// <summary>Numbers of the repositories that an installation token is good for; null is all.</summary>
    public IReadOnlySet<long>? Repositories { get; init; }

    public static Caller Of(HttpContext context) => (Caller)context.Items[Attached]!;

    public void Attach(HttpContext context) => context.Items[Attached] = this;
}
