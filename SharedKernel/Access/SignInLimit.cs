namespace Hub.SharedKernel.Access;

/// <summary>Name of the rate limit on attempts to sign in, counted by the address they come from.</summary>
public static class SignInLimit
{
    public const string Policy = "sign-in";
}
