namespace Hub.Integrations.Keys;

/// <summary>An admin key that the operator thought up.</summary>
internal static class EnvironmentKey
{
    public const int MinLength = 20;
    public const int MaxLength = 256;

    /// <exception cref="InvalidOperationException">It cannot be a key; the message is for the operator and does not hold it.</exception>
    public static string Checked(string text) => text.Length is >= MinLength and <= MaxLength && text.All(c => c is > ' ' and <= '~')
        ? text
        : throw new InvalidOperationException(
            $"HUB_ADMIN_KEY must have {MinLength} to {MaxLength} printable ASCII characters without spaces, such as the output of: openssl rand -hex 32");
}
