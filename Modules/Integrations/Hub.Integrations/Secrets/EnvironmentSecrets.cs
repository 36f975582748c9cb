using System.Globalization;
using Hub.Schemas.Contracts;
using Microsoft.Extensions.Configuration;

namespace Hub.Integrations.Secrets;

/// <summary>Secrets that an operator gives to the process: <c>INTEGRATION_{ID}_{FIELD}</c>, else <c>{TYPE}_{FIELD}</c>.</summary>
internal sealed class EnvironmentSecrets(IConfiguration configuration)
{
    // A type named "hub" must not read the hub's own settings.
    private const string Reserved = "HUB_";

    public string? Find(long integrationId, string type, string field) =>
        Read(string.Create(CultureInfo.InvariantCulture, $"INTEGRATION_{integrationId}_{Word(field)}")) ?? Read($"{Word(type)}_{Word(field)}");

    public IReadOnlyDictionary<string, string> All(long integrationId, IntegrationSchema schema) => schema.Fields
        .Where(field => field.Type is FieldType.Secret)
        .Select(field => (field.Name, Value: Find(integrationId, schema.Id, field.Name)))
        .Where(secret => secret.Value is not null)
        .ToDictionary(secret => secret.Name, secret => secret.Value!, StringComparer.Ordinal);

    private string? Read(string name) =>
        !name.StartsWith(Reserved, StringComparison.Ordinal) && configuration[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    private static string Word(string name) => name.Replace('-', '_').ToUpperInvariant();
}
