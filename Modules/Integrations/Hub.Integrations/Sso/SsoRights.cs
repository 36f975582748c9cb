using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.Sso;

/// <summary>Whoever sets up a sign-in decides who becomes an admin: that takes one.</summary>
internal static class SsoRights
{
    /// <exception cref="ForbiddenException">A manager wants to change a sign-in.</exception>
    public static void RequireFor(Caller? caller, string integrationType)
    {
        if (integrationType == SsoSettings.Type && caller is { Role: < Role.Admin })
            throw new ForbiddenException("Only admins may set up single sign-on: it decides who gets which role.");
    }
}
