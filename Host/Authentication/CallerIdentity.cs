using System.Globalization;
using System.Security.Claims;
using Hub.SharedKernel.Access;
using Microsoft.AspNetCore.Authentication;

namespace Hub.Host.Authentication;

/// <summary>A caller as the framework's authorisation and anti-forgery see it.</summary>
internal static class CallerIdentity
{
    public static AuthenticationTicket Ticket(Caller caller, string scheme)
    {
        // Anti-forgery tokens are bound to this name: a token of an earlier session does not serve the next one.
        var subject = caller.SessionId is { } session ? $"session:{session.ToString(CultureInfo.InvariantCulture)}" : $"key:{caller.KeyId}";
        var identity = new ClaimsIdentity(
            [
                new(ClaimTypes.NameIdentifier, subject),
                new("role", caller.Role.ToString()),
                new("scope_id", caller.ScopeId.ToString(CultureInfo.InvariantCulture)),
                new(ClaimTypes.Name, caller.Name),
            ], scheme);
        return new AuthenticationTicket(new ClaimsPrincipal(identity), scheme);
    }
}
