using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Calls;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.ConnectionTests.Declared;
using Hub.Integrations.Integrations;
using Hub.Integrations.Secrets;
using Hub.Schemas.Contracts;
using Hub.TestHarness;

namespace Hub.Integrations.Tests.Calls;

/// <summary>A type made for one test, configured.</summary>
internal sealed class Sample
{
    private static readonly Type[] Kinds = [.. typeof(IAuthenticator).Assembly.GetTypes()
        .Where(type => type.IsAssignableTo(typeof(IAuthenticator)) && type is { IsInterface: false, IsAbstract: false })];

    private readonly List<SchemaField> fields = [];
    private readonly JsonObject values = [];
    private readonly Dictionary<string, string> secrets = [];
    private readonly string auth;
    private readonly string test;

    /// <param name="auth">JSON of the document's member.</param>
    /// <param name="test">JSON of the document's member.</param>
    public Sample(string auth, string test = "null") => (this.auth, this.test) = (auth, test);

    public FakeTime Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public long? IntegrationId { get; set; }

    public string Webhook { get; set; } = "null";

    public Sample With(string field, string value, FieldType type = FieldType.String)
    {
        fields.Add(new SchemaField { Name = field, Label = field, Type = type });
        values[field] = type is FieldType.Integer or FieldType.Boolean or FieldType.Json ? JsonNode.Parse(value) : JsonValue.Create(value);
        return this;
    }

    public Sample Without(string field, FieldType type = FieldType.String)
    {
        fields.Add(new SchemaField { Name = field, Label = field, Type = type });
        return this;
    }

    public Sample Secret(string field, string value)
    {
        fields.RemoveAll(known => known.Name == field);
        fields.Add(new SchemaField { Name = field, Label = field, Type = FieldType.Secret });
        secrets[field] = value;
        return this;
    }

    public EffectiveConfiguration Subject => EffectiveConfiguration.Of(
        IntegrationsSchemas.Of([.. fields]) with { Auth = JsonElement.Parse(auth), Test = JsonElement.Parse(test), Webhook = JsonElement.Parse(Webhook) },
        values, new OpenedSecrets(new Dictionary<string, string>(secrets), []), IntegrationId);

    public Authenticators Authenticators(HttpCall http, TokenCache? cache = null)
    {
        cache ??= new TokenCache(Time);
        return new Authenticators(Kinds.Select(kind => Make(kind, cache)).OfType<IAuthenticator>(), http, Time);
    }

    public Task<TestOutcome> Test(HttpCall http, TokenCache? cache = null) =>
        new ConnectionTester([], http, Time, new DeclaredTest(Authenticators(http, cache), Time)).Run(Subject, CancellationToken.None);

    // Kinds that keep tokens in the database have tests of their own.
    private static IAuthenticator? Make(Type kind, TokenCache cache) => kind.GetConstructors()[0].GetParameters() switch
    {
        [] => (IAuthenticator)Activator.CreateInstance(kind)!,
        [{ } only] when only.ParameterType == typeof(TokenCache) => (IAuthenticator)Activator.CreateInstance(kind, cache)!,
        _ => null,
    };
}
