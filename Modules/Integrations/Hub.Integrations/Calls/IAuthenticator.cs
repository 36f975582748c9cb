namespace Hub.Integrations.Calls;

/// <summary>
/// Authenticates requests by one kind of <c>auth.methods</c> of a schema document. Every class of this module that implements it is found on its own,
/// as a singleton.
/// </summary>
internal interface IAuthenticator
{
    /// <summary>The word in the document, such as <c>bearer</c>.</summary>
    string Kind { get; }

    /// <summary>Adds headers, a query parameter or a signature to a draft that is finished otherwise. May make calls of its own through the context.</summary>
    /// <exception cref="CallFailed">The credential is refused, or cannot be used.</exception>
    Task Authenticate(CallDraft draft, AuthMethod method, CallContext context, CancellationToken ct);
}

/// <summary>Authenticates by a token that must be obtained. It is sent as <c>Authorization: Bearer</c>.</summary>
internal interface ITokenAuthenticator : IAuthenticator
{
    /// <summary>A token that is good for a while. Asked anew where <see cref="CallContext.Fresh"/> says so.</summary>
    /// <exception cref="CallFailed">None is given; the reason says whether the credential is refused.</exception>
    Task<AccessToken> Token(AuthMethod method, CallContext context, CancellationToken ct);

    async Task IAuthenticator.Authenticate(CallDraft draft, AuthMethod method, CallContext context, CancellationToken ct)
    {
        var token = await Token(method, context, ct);
        context.Keep(method, token);
        draft.Headers["Authorization"] = $"Bearer {token.Value}";
    }
}

/// <summary>Authenticates each request by itself: over its bytes, or in its address.</summary>
internal interface IRequestSigner : IAuthenticator;
