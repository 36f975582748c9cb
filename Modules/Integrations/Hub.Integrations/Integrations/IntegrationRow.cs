using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Contracts;

namespace Hub.Integrations.Integrations;

/// <summary>An integration as it is stored. Its secrets are ciphertext.</summary>
internal sealed record IntegrationRow(
    long Id, long ScopeId, IReadOnlyList<long> ScopePath, string Name, string IntegrationType, string PlatformName, string IntegrationCategory,
    bool Enabled, string Status, int Priority, string SecretSource, JsonObject Configuration, JsonObject Secrets, IReadOnlyList<string> MissingFields,
    string WebhookToken, JsonElement Detected, string HealthStatus, string? HealthReason, string? HealthMessage, DateTimeOffset HealthSince,
    int ConsecutiveFailures, DateTimeOffset? LastSuccessAt, string? LastError, DateTimeOffset? LastTestedAt, JsonElement? LastTest,
    long Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public const string Columns = """
        id, scope_id, scope_path, name, integration_type, platform_name, integration_category, enabled, status, priority, secret_source,
        configuration, secrets, missing_fields, webhook_token, detected, health_status, health_reason, health_message, health_since,
        consecutive_failures, last_success_at, last_error, last_tested_at, last_test, version, created_at, updated_at
        """;

    /// <summary>What its secrets' ciphertexts are bound to.</summary>
    public string Owner => $"integration:{Id}";

    public bool UsesEnvironment => SecretSource == SecretSources.Environment;

    public IntegrationInfo Info() =>
        new(Id, ScopeId, ScopePath, Name, IntegrationType, IntegrationCategory, Enabled, Status, HealthStatus, Version);

    public override string ToString() => $"Integration {Id}";
}

internal static class SecretSources
{
    public const string Stored = "stored";
    public const string Environment = "environment";
}
