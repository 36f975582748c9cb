using System.Globalization;
using System.Text.Json;
using Hub.Integrations.Integrations;
using Hub.Integrations.Scopes;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Http;

namespace Hub.Integrations.ConfigFiles;

/// <summary>A text with its secrets found: what is sent where, and by which fingerprints it is compared.</summary>
/// <param name="Compared">With fingerprints of the values that would be stored.</param>
/// <param name="Sent">By place in the text: values with secrets in plain text, or their placeholder where the hub holds the same already.</param>
/// <param name="Errors">What is wrong with it, with its place.</param>
internal sealed record WantedDocument(
    ConfigDocument Compared, IReadOnlyDictionary<string, IReadOnlyDictionary<string, JsonElement>> Sent, IReadOnlyList<string> Errors)
{
    public static string PlaceOf(ConfigurationEntry entry) => $"configuration of {entry.Type} at {entry.Scope}";

    public static string PlaceOf(IntegrationEntry entry) => $"integration \"{entry.Name.Trim()}\" at {entry.Scope}";

    /// <summary>Secrets of endpoints are told apart from those of integrations.</summary>
    public const string EndpointType = "endpoint";

    public static string PlaceOf(EndpointEntry entry) => $"endpoint {entry.Url} at {entry.Scope}{(entry.Number == 1 ? "" : $", number {entry.Number}")}";

    public override string ToString() => nameof(WantedDocument);
}

/// <summary>Reads a text against what the hub holds.</summary>
internal sealed class WantedDocuments(IntegrationTypes types, SecretReferences references, SecretFingerprints fingerprints)
{
    public async Task<WantedDocument> Of(ConfigDocument document, HubState now, CancellationToken ct)
    {
        var reading = new Reading(await types.All(ct), references, fingerprints, now.Document);
        reading.Check(document, now);
        var compared = document with
        {
            Scopes = [.. document.Scopes.Select(scope => Known(scope, now.Document))],
            Configuration = [.. document.Configuration.Select(reading.Resolve)],
            Integrations = [.. document.Integrations.Select(reading.Resolve)],
            Endpoints = [.. document.Endpoints.Select(reading.Resolve)],
        };
        return new WantedDocument(compared, reading.Sent, reading.Errors);
    }

    // A ruleset that the text names without its rules keeps them.
    private static ScopeEntry Known(ScopeEntry scope, ConfigDocument now) =>
        scope.Ruleset is null ? scope with { Ruleset = now.Scopes.FirstOrDefault(other => other.Path == scope.Path)?.Ruleset } : scope;

    private sealed class Reading(
        IReadOnlyDictionary<string, IntegrationSchema> types, SecretReferences references, SecretFingerprints fingerprints, ConfigDocument now)
    {
        private readonly Dictionary<string, IReadOnlyDictionary<string, JsonElement>> stored = now.Configuration
            .Select(entry => (Place: WantedDocument.PlaceOf(entry), entry.Values))
            .Concat(now.Integrations.Select(entry => (Place: WantedDocument.PlaceOf(entry), Values: entry.Configuration)))
            .ToDictionary(entry => entry.Place, entry => entry.Values, StringComparer.OrdinalIgnoreCase);

        public Dictionary<string, IReadOnlyDictionary<string, JsonElement>> Sent { get; } = new(StringComparer.Ordinal);

        public List<string> Errors { get; } = [];

        public void Check(ConfigDocument document, HubState state)
        {
            if (document.Version != ConfigDocument.CurrentVersion)
                Errors.Add(string.Create(CultureInfo.InvariantCulture, $"version: must be {ConfigDocument.CurrentVersion}"));
            var known = state.ScopeIds.Keys.Concat(document.Scopes.Select(scope => scope.Path)).ToHashSet(StringComparer.Ordinal);
            foreach (var scope in document.Scopes.Where(scope => !IsPath(scope.Path) || !known.Contains(ParentOf(scope.Path))))
                Errors.Add($"scope {scope.Path}: must be the slugs on the way from the platform, such as /acme/core, below a scope that is there or in this text");
            foreach (var (place, scope) in document.Configuration.Select(entry => (WantedDocument.PlaceOf(entry), entry.Scope))
                .Concat(document.Integrations.Select(entry => (WantedDocument.PlaceOf(entry), entry.Scope)))
                .Concat(document.Endpoints.Select(entry => (WantedDocument.PlaceOf(entry), entry.Scope))))
                if (!known.Contains(scope))
                    Errors.Add($"{place}: there is no scope {scope}, here or in this text");
            Errors.AddRange(document.Scopes.Select(scope => $"scope {scope.Path}")
                .Concat(document.Configuration.Select(WantedDocument.PlaceOf)).Concat(document.Integrations.Select(WantedDocument.PlaceOf)).Concat(document.Endpoints.Select(WantedDocument.PlaceOf))
                .GroupBy(place => place, StringComparer.OrdinalIgnoreCase).Where(group => group.Skip(1).Any()).Select(group => $"{group.Key}: is in the text twice"));
        }

        public ConfigurationEntry Resolve(ConfigurationEntry entry)
        {
            var place = WantedDocument.PlaceOf(entry);
            return TypeOf(place, entry.Type) is { } schema
                ? entry with { Type = schema.Id, Values = Resolve(place, schema, entry.Values), Locked = [.. (entry.Locked ?? []).Order(StringComparer.Ordinal)] }
                : entry;
        }

        public IntegrationEntry Resolve(IntegrationEntry entry)
        {
            var place = WantedDocument.PlaceOf(entry);
            return TypeOf(place, entry.Type) is { } schema
                ? entry with { Type = schema.Id, Name = entry.Name.Trim(), Configuration = Resolve(place, schema, entry.Configuration) }
                : entry;
        }

        /// <summary>Only a secret that the text speaks of is compared; without one, the endpoint's own stays.</summary>
        public EndpointEntry Resolve(EndpointEntry entry)
        {
            var place = WantedDocument.PlaceOf(entry);
            var known = now.Endpoints.FirstOrDefault(other => WantedDocument.PlaceOf(other).Equals(place, StringComparison.OrdinalIgnoreCase));
            var held = known?.Secret;
            entry = entry with { EventTypes = entry.EventTypes ?? [], Signature = entry.Signature ?? known?.Signature };
            if (entry.Secret is not { } secret)
                return entry with { Secret = held };
            var values = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
            var sent = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            ResolveSecret(place, WantedDocument.EndpointType, "secret", JsonSerializer.SerializeToElement(secret, HubJson.Options), values, sent, held?.Fingerprint);
            Sent[place] = sent;
            return entry with { Secret = values.GetValueOrDefault("secret") is { ValueKind: JsonValueKind.Object } found ? SecretOf(found) : null };
        }

        private IntegrationSchema? TypeOf(string place, string type)
        {
            var schema = types.GetValueOrDefault(type) ?? types.Values.FirstOrDefault(known => known.Aliases.Contains(type));
            if (schema is null)
                Errors.Add($"{place}: {type} is not a known integration type");
            return schema;
        }

        private SortedDictionary<string, JsonElement> Resolve(string place, IntegrationSchema schema, IReadOnlyDictionary<string, JsonElement> values)
        {
            var compared = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
            var sent = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            foreach (var (field, value) in values.Where(pair => pair.Value.ValueKind is not JsonValueKind.Null))
            {
                if (schema.IsSecret(field))
                    ResolveSecret(place, schema.Id, field, value, compared, sent, Held(place, field));
                else
                    (compared[field], sent[field]) = (value, value);
            }

            Sent[place] = sent;
            return compared;
        }

        private void ResolveSecret(
            string place, string type, string field, JsonElement value, SortedDictionary<string, JsonElement> compared, Dictionary<string, JsonElement> sent,
            string? held)
        {
            if (SecretOf(value) is not { } entry)
            {
                Errors.Add($"{place}: {field} is a secret and must be {{\"secret\": \"env:NAME\"}}; a secret itself does not belong into this text");
                return;
            }

            var found = references.Find(entry.Secret);
            var fingerprint = found is null ? entry.Fingerprint : fingerprints.Of(type, field, found);
            if (found is null && (fingerprint is null || fingerprint != held))
                Errors.Add($"{place}: {field} is needed and not at {entry.Secret}");
            compared[field] = JsonSerializer.SerializeToElement(entry with { Fingerprint = fingerprint }, HubJson.Options);
            sent[field] = JsonSerializer.SerializeToElement(fingerprint is not null && fingerprint == held ? Configuration.Encrypted : found);
        }

        private string? Held(string place, string field) =>
            stored.GetValueOrDefault(place)?.GetValueOrDefault(field) is { ValueKind: JsonValueKind.Object } known ? SecretOf(known)?.Fingerprint : null;

        private static SecretEntry? SecretOf(JsonElement value)
        {
            try
            {
                return value.Deserialize<SecretEntry>(HubJson.Options) is { } entry && SecretReferences.IsReference(entry.Secret) ? entry : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }

        private static bool IsPath(string path) => path.Length > 1 && path[0] == '/' && path[1..].Split('/').All(Slug.IsValid);

        private static string ParentOf(string path) => path.LastIndexOf('/') is > 0 and var last ? path[..last] : HubState.Root;
    }
}
