namespace Hub.Integrations.Integrations;

/// <summary>The status words of an integration and the one rule that sets them; a client never does.</summary>
internal static class IntegrationStatus
{
    public const string Configuring = "configuring";
    public const string Active = "active";
    public const string Inactive = "inactive";
    public const string Error = "error";

    /// <param name="enabled">Switched on by its owner.</param>
    /// <param name="complete">No required field is missing.</param>
    /// <param name="breakerOpen">It has failed so often in a row that nothing new should be given to it.</param>
    public static string Of(bool enabled, bool complete, bool breakerOpen) =>
        !complete ? Configuring
        : !enabled ? Inactive
        : breakerOpen ? Error
        : Active;
}
