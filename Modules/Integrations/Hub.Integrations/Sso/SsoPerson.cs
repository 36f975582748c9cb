using Hub.SharedKernel.Access;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.Sso;

/// <summary>Somebody whom an identity provider vouches for, with the role that this gives.</summary>
/// <param name="Method">How: a <c>SessionMethod</c>.</param>
/// <param name="Issuer">Who vouches.</param>
/// <param name="Subject">What the issuer calls them for good.</param>
/// <param name="Email">Their e-mail address.</param>
/// <param name="Name">Their name.</param>
/// <param name="Role">What they may do.</param>
internal sealed record SsoPerson(string Method, string Issuer, string Subject, string? Email, string? Name, Role Role)
{
    private const int Longest = 320;

    /// <exception cref="SsoRefusal">They may not come in.</exception>
    public static SsoPerson Admit(SsoSettings settings, string method, string issuer, string subject, string? email, Claims claims)
    {
        if (subject.Length is 0 or > 1000 || subject.Any(char.IsControl))
            throw SsoRefusal.Invalid("The provider's id of the user is empty, too long or not one line.");
        if (email is not null && !IsAddress(email))
            throw SsoRefusal.Invalid("What the provider gives as the e-mail address is none.");
        if (claims.One("email_verified") is { } verified && !verified.Equals("true", StringComparison.OrdinalIgnoreCase))
            throw new SsoRefusal(SsoProblem.Unverified, $"The provider says that {email ?? subject}'s e-mail address is not verified.");
        RequireDomain(settings.AllowedDomains, email, subject);
        var groups = settings.Text("role_claim") is { } claim ? claims.All(claim) : [];
        var role = RoleMapping.RoleOf(groups, settings.RoleMapping, settings.DefaultRole)
            ?? throw new SsoRefusal(SsoProblem.NoRole, $"No role is mapped to the groups of {email ?? subject}, and the default role is none.");
        var name = settings.Text("name_claim") is { } nameClaim ? claims.One(nameClaim) : null;
        return new SsoPerson(method, issuer, subject, email, name is null ? null : StorableText.OneLine(name), role);
    }

    private static void RequireDomain(IReadOnlyList<string> allowed, string? email, string subject)
    {
        if (allowed.Count == 0)
            return;
        var domain = email?[(email.LastIndexOf('@') + 1)..];
        if (domain is null || !allowed.Contains(domain, StringComparer.OrdinalIgnoreCase))
            throw new SsoRefusal(SsoProblem.Domain, $"{email ?? subject} is not of an allowed domain.");
    }

    private static bool IsAddress(string text) =>
        text.Length <= Longest && text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at == text.LastIndexOf('@') && at < text.Length - 1
        && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c));
}
