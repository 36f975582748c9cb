using System.Text.Json;
using System.Text.Json.Nodes;
using FluentAssertions;
using Hub.Schemas.Browse;
using Hub.Schemas.Documents;
using Hub.Schemas.Published;
using Hub.Schemas.Tests.Documents;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Schemas.Tests.Published;

[FixtureLifeCycle(LifeCycle.SingleInstance)]
public class DocumentShapeTests
{
    private HubFixture hub = null!;

    [OneTimeSetUp]
    public async Task Start() => hub = await HubFixture.Start(setup => setup.Workers = false);

    [OneTimeTearDown]
    public async Task Stop() => await hub.DisposeAsync();

    [Test]
    public async Task it_is_public_and_may_be_kept()
    {
        using var anyone = hub.ClientFor(null);
        var answer = await anyone.Get("/schemas/integration-schema.json");
        answer.Expect(200).GetProperty("$schema").GetString().Should().Be("https://json-schema.org/draft/2020-12/schema");
        answer.Response.Content.Headers.ContentType!.MediaType.Should().Be("application/schema+json");
        answer.Response.Headers.CacheControl!.ToString().Should().Be("public, max-age=3600");
        (await anyone.Ask(HttpMethod.Get, "/schemas/integration-schema.json", null, ("If-None-Match", answer.Response.Headers.ETag!.Tag))).Status.Should().Be(304);
        var head = await anyone.Ask(HttpMethod.Head, "/schemas/integration-schema.json", null);
        (head.Status, head.Text).Should().Be((200, ""));
    }

    [Test]
    public void every_word_of_the_vocabulary_is_in_it()
    {
        var text = DocumentShape.Whole().ToJsonString();
        var words = new[]
        {
            Vocabulary.Categories, Vocabulary.IntegrationCategories, Vocabulary.Capabilities, Vocabulary.FieldTypes, Vocabulary.Levels, Vocabulary.ClientAuth,
            Vocabulary.StatusClasses, Vocabulary.Reasons, Vocabulary.TestKinds, Vocabulary.Methods, Vocabulary.Encodings, Vocabulary.SecretEncodings,
            Vocabulary.HmacAlgorithms, Vocabulary.TimestampFormats, Vocabulary.HandshakeKinds, [.. Vocabulary.AuthKinds.Keys], [.. Vocabulary.VerificationKinds.Keys],
            [.. Vocabulary.AuthKinds.Values.Concat(Vocabulary.VerificationKinds.Values).SelectMany(kind => kind.Needed.Concat(kind.Optional))],
        }.SelectMany(list => list).Distinct().ToArray();
        words.Should().HaveCountGreaterThan(130);
        words.Where(word => !text.Contains($"\"{word}\"", StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Test]
    public async Task a_validator_that_nobody_here_wrote_accepts_every_type()
    {
        await using var ajv = await Ajv();
        var names = BuiltInTypes.ResourceNames().ToArray();
        var mistakes = await Judge(ajv, [.. names.Select(BuiltIn)]);
        names.Zip(mistakes).Where(judged => judged.Second.Length > 0).Select(judged => $"{judged.First}: {string.Join("; ", judged.Second.Take(4))}").Should().BeEmpty();
    }

    [Test]
    public async Task it_accepts_what_the_hub_itself_answers()
    {
        await using var ajv = await Ajv();
        var answered = JsonNode.Parse((await hub.Http.Get("integrations/schemas/webhook")).Text)!;
        answered["$schema"] = "/schemas/integration-schema.json";
        (await Judge(ajv, [answered]))[0].Should().BeEmpty();
    }

    [Test]
    public async Task it_refuses_what_is_not_of_that_form()
    {
        await using var ajv = await Ajv();
        var broken = SchemaRulesTests.MistakesOfForm().ToArray();
        broken.Should().HaveCountGreaterThan(40);
        var judged = await Judge(ajv, [.. broken.Select(mistake => JsonNode.Parse(mistake.Document)!)]);
        broken.Zip(judged).Where(pair => pair.Second.Length == 0).Select(pair => pair.First.Name).Should().BeEmpty();
    }

    // Whatever is done to a document, what the rules accept the published schema accepts too. Every 17th change, for they are many.
    [Test]
    public async Task it_is_never_stricter_than_the_rules()
    {
        await using var ajv = await Ajv();
        var mutants = BuiltInTypes.ResourceNames().SelectMany(name => Mutants.Of(BuiltIn(name))).Where((_, index) => index % 17 == 0).ToArray();
        mutants.Should().HaveCountGreaterThan(500);
        var byRules = mutants.Select(mutant => Documents.Judge.Of(mutant.ToJsonString()).Count == 0).ToArray();
        byRules.Count(accepted => accepted).Should().BeGreaterThan(100);
        var accepted = mutants.Where((_, index) => byRules[index]).ToArray();
        var judged = await Judge(ajv, accepted);
        accepted.Zip(judged).Where(pair => pair.Second.Length > 0)
            .Select(pair => $"{pair.First["id"]}: {string.Join("; ", pair.Second.Take(3))}").Take(10).Should().BeEmpty();
    }

    private static async Task<NodePeer> Ajv()
    {
        var ajv = await NodePeers.Start("json-schema.mjs");
        await ajv.Control("schema", DocumentShape.Whole());
        return ajv;
    }

    private static async Task<string[][]> Judge(NodePeer ajv, IReadOnlyList<JsonNode> documents)
    {
        using var body = new StringContent(new JsonArray([.. documents.Select(document => document.DeepClone())]).ToJsonString());
        using var answer = await ajv.Http.PostAsync(new Uri(ajv.Address, "/_peer/judge"), body);
        return JsonSerializer.Deserialize<string[][]>(await answer.Content.ReadAsStringAsync())!;
    }

    private static JsonNode BuiltIn(string resource)
    {
        using var stream = BuiltInTypes.Open(resource);
        return JsonNode.Parse(stream)!;
    }
}
