using Hub.Integrations.Calls;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Integrations.OAuth;

/// <summary>Authenticates by what a person granted in the browser.</summary>
/// <remarks>In a scope of its own: the caller's unit of work is none of a refresh's business.</remarks>
internal sealed class GrantAuthenticator(IServiceScopeFactory scopes) : ITokenAuthenticator
{
    public string Kind => OAuthMethod.Kind;

    public async Task<AccessToken> Token(AuthMethod method, CallContext context, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<FreshTokens>().Get(context.Subject, ct);
    }
}
