using System.Text.Json.Nodes;
using Hub.Integrations.Integrations;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Secrets;

namespace Hub.Integrations.Secrets;

/// <summary>Secrets of one integration in plain text. Only for calls and for redacting what comes back.</summary>
/// <param name="Values">By field name.</param>
/// <param name="Unreadable">Fields that are stored but cannot be decrypted.</param>
internal sealed record OpenedSecrets(IReadOnlyDictionary<string, string> Values, IReadOnlyList<string> Unreadable)
{
    public string? Of(string field) => Values.GetValueOrDefault(field);

    /// <summary>Why the integration cannot be used, for people; null when every secret can be read.</summary>
    public string? Problem => Unreadable.Count == 0
        ? null
        : $"The stored {string.Join(" and ", Unreadable)} cannot be decrypted: the keys it was encrypted with are lost or it was copied from elsewhere. Enter it again.";

    public override string ToString() => nameof(OpenedSecrets);
}

/// <summary>Encrypts and opens the secrets of integrations, wherever they are kept.</summary>
internal sealed class IntegrationSecrets(SecretProtector protector, EnvironmentSecrets environment)
{
    public JsonObject Seal(string owner, IReadOnlyDictionary<string, string> plain)
    {
        var sealedSecrets = new JsonObject();
        foreach (var (field, secret) in plain)
            sealedSecrets[field] = protector.Protect(owner, field, secret);
        return sealedSecrets;
    }

    public OpenedSecrets Open(IntegrationRow row, IntegrationSchema schema)
    {
        if (row.UsesEnvironment)
            return new OpenedSecrets(environment.All(row.Id, schema), []);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var unreadable = new List<string>();
        foreach (var (field, stored) in row.Secrets)
        {
            if (protector.TryUnprotect(row.Owner, field, stored!.GetValue<string>()) is { } plain)
                values[field] = plain;
            else
                unreadable.Add(field);
        }

        return new OpenedSecrets(values, unreadable);
    }

    /// <summary>Whether two readings of a row hold the same secrets: ciphertexts differ after a rotation of the keys.</summary>
    public bool AreSame(IntegrationRow one, IntegrationRow other) => JsonNode.DeepEquals(one.Secrets, other.Secrets)
        || (one.Secrets.Count == other.Secrets.Count && one.Secrets.All(secret => Plain(one, secret.Key) is { } plain && plain == Plain(other, secret.Key)));

    private string? Plain(IntegrationRow row, string field) =>
        row.Secrets[field] is { } stored ? protector.TryUnprotect(row.Owner, field, stored.GetValue<string>()) : null;

    /// <summary>Which secrets are set, readable or not, without opening them.</summary>
    public IReadOnlySet<string> Present(IntegrationRow row, IntegrationSchema schema) =>
        (row.UsesEnvironment ? environment.All(row.Id, schema).Keys : row.Secrets.Select(pair => pair.Key)).ToHashSet(StringComparer.Ordinal);
}
