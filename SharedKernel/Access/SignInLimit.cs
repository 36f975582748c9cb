namespace Hub.SharedKernel.Access;

/// <summary>Names of the rate limits on signing in, counted by the address that attempts come from.</summary>
public static class SignInLimit
{
    /// <summary>Attempts with a key: guessing must be slow.</summary>
    public const string Policy = "sign-in";

    /// <summary>Ways to an identity provider and back, of which a whole office behind one address makes many.</summary>
    public const string Redirects = "sign-in-redirects";
}
