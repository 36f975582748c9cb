using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FluentAssertions;
using Hub.Integrations.Calls;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.ConnectionTests.Declared;
using Hub.Integrations.Integrations;
using Hub.Integrations.Secrets;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Outbound;
using Hub.TestHarness;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Calls;

/// <summary>
/// What the test of every built-in type sends, for made-up configurations, as a text that people can read and compare with the providers' documentation:
/// <c>catalogue-requests.txt</c>. After a wanted change, run with HUB_UPDATE_GOLDEN=1 and read the difference.
/// </summary>
public sealed partial class CatalogueRequestsTests
{
    private static readonly Dictionary<string, JsonObject[]> Configurations =
        JsonSerializer.Deserialize<Dictionary<string, JsonObject[]>>(Resource("catalogue-configurations.json"))!;

    [Test]
    public async Task Every_type_sends_what_is_written_down()
    {
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        var text = new StringBuilder();
        foreach (var schema in (await Schemas(hub)).OrderBy(schema => schema.Id, StringComparer.Ordinal))
            foreach (var values in Configurations.GetValueOrDefault(schema.Id, []))
                await Write(text, schema, values);
        var written = text.ToString();
        if (Environment.GetEnvironmentVariable("HUB_UPDATE_GOLDEN") is "1")
            await File.WriteAllTextAsync(Path.Combine(Folder(), "catalogue-requests.txt"), written);
        else
            written.Should().Be(Resource("catalogue-requests.txt"));
    }

    [Test]
    public async Task No_type_is_forgotten()
    {
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        var testable = (await Schemas(hub)).Where(schema => TestDescription.Of(schema.Test).Count > 0).Select(schema => schema.Id).ToArray();
        testable.Length.Should().BeGreaterThan(35);
        Configurations.Keys.Should().BeEquivalentTo(testable);
    }

    private static async Task<IReadOnlyList<IntegrationSchema>> Schemas(HubFixture hub)
    {
        await using var scope = hub.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new AskSchemas());
    }

    private static async Task Write(StringBuilder text, IntegrationSchema schema, JsonObject values)
    {
        var given = values.ToDictionary(pair => pair.Key, pair => JsonSerializer.SerializeToElement(MadeUp(pair.Value!)));
        var draft = Integrations.Configuration.Draft(schema, StoredConfiguration.Empty, given, replace: true, environment: false);
        draft.Errors.Should().BeEmpty($"the made-up configuration of {schema.Id} must be valid");
        var subject = EffectiveConfiguration.Of(schema, draft.Values, new OpenedSecrets(draft.NewSecrets, []));
        subject.Missing.Should().BeEmpty(schema.Id);
        text.Append("## ").Append(schema.Id).Append(' ').AppendLine(Variant(values));
        var answer = Encoding.UTF8.GetBytes(Synthetic(schema));
        HttpCall http = (request, _, _) =>
        {
            Write(text, request);
            var creates = request.Url.AbsolutePath.Split('/')[^1] is "selfsubjectreviews" or "access_tokens";
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = "application/json" };
            return Task.FromResult(new OutboundResponse(creates ? 201 : 200, headers, answer, request.Url, TimeSpan.Zero));
        };
        var time = new FakeTime(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        var sample = new Sample("null");
        var tester = new ConnectionTester([], http, time, new DeclaredTest(sample.Authenticators(http), time));
        var result = (await tester.Run(subject, default)).Result;
        text.Append("=> ").AppendLine(result.Message).AppendLine();
    }

    private static void Write(StringBuilder text, OutboundRequest request)
    {
        text.Append(request.Method).Append(' ').AppendLine(Masked(request.Url.AbsoluteUri));
        foreach (var (name, value) in request.Headers.OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase))
            text.Append(name).Append(": ").AppendLine(Masked(value));
        if (request.Trust is { } trust)
            text.Append("(trusts ").Append(trust).AppendLine(")");
        if (request.Body is { Length: > 0 } body)
            text.AppendLine().AppendLine(Masked(Encoding.UTF8.GetString(body.Span)));
        text.AppendLine();
    }

    // Keys are made for each run; everything that comes of them is shown by what it says.
    private static string Masked(string value) => MessageIds().Replace(Fingerprints().Replace(Tokens().Replace(value, match =>
    {
        var (header, claims) = Jwts.Verified(match.Value, Jwts.Key);
        return $"JWT({header.GetRawText()} {claims.GetRawText()})";
    }), "SHA256:..."), "...");

    private static JsonNode MadeUp(JsonNode value) => value.GetValueKind() is not JsonValueKind.String ? value : value.GetValue<string>() switch
    {
        "@rsa" => Jwts.Key.ExportRSAPrivateKeyPem(),
        "@rsa8" => Jwts.Key.ExportPkcs8PrivateKeyPem(),
        "@dynatrace" => $"dt0c01.{new string('A', 24)}.{new string('B', 64)}",
        "@service_account" => new JsonObject
        {
            ["type"] = "service_account", ["client_email"] = "hub@acme.iam.gserviceaccount.com", ["private_key_id"] = "key-1",
            ["private_key"] = Jwts.Key.ExportPkcs8PrivateKeyPem(), ["token_uri"] = "https://oauth2.googleapis.com/token",
        }.ToJsonString(),
        "@external_account" => """
            {"type":"external_account","audience":"//iam.googleapis.com/x","subject_token_type":"urn:ietf:params:oauth:token-type:jwt","token_url":"https://sts.googleapis.com/v1/token","credential_source":{"file":"/token"}}
            """,
        var text => text,
    };

    private static string Variant(JsonObject values) =>
        string.Join(' ', values.Where(pair => pair.Key is "auth_type" or "deployment" or "mode" or "cloud_id")
            .Select(pair => pair.Key is "cloud_id" ? "gateway" : pair.Value!.ToString()));

    // One answer that is right for every request of a type: all that its tests hope for, and a token for those who ask for one.
    private static string Synthetic(IntegrationSchema schema)
    {
        var body = new JsonObject
        {
            ["access_token"] = "granted-made-up-token",
            ["token"] = "granted-made-up-token",
            ["expires_in"] = 3600,
            ["instance_url"] = "https://acme--made-up.my.salesforce.com",
            ["AssumeRoleResponse"] = JsonNode.Parse("""
                {"AssumeRoleResult":{"Credentials":{"AccessKeyId":"ASIAMADEUP","SecretAccessKey":"made-up-secret","SessionToken":"made-up-session"}}}
                """),
        };
        var hopes = Walk(TestDescription.Of(schema.Test)).SelectMany(test => test.Expect.Json ?? []);
        foreach (var condition in hopes.OrderByDescending(condition => condition.Path.Length))
            if (condition.Exists is not false && condition.NotEquals.ValueKind is JsonValueKind.Undefined)
                Put(body, condition.Path.Split('|')[0],
                    condition.Same.ValueKind is JsonValueKind.Undefined ? "made-up" : JsonNode.Parse(condition.Same.GetRawText())!);
        return body.ToJsonString();
    }

    private static IEnumerable<TestDescription> Walk(IEnumerable<TestDescription> tests) => tests.SelectMany(test => Walk(test.Then ?? []).Prepend(test));

    private static void Put(JsonNode root, string path, JsonNode value)
    {
        var steps = Steps().Matches(path).Select(match => match.Value.Trim('.', '[', ']')).ToArray();
        var at = root;
        for (var index = 0; index < steps.Length; index++)
        {
            var next = at is JsonArray list ? list.ElementAtOrDefault(0) : at[steps[index]];
            if (next is null)
            {
                next = index == steps.Length - 1 ? value : char.IsAsciiDigit(steps[index + 1][0]) ? new JsonArray() : new JsonObject();
                if (at is JsonArray array)
                    array.Add(next);
                else
                    at[steps[index]] = next;
            }

            at = next;
        }
    }

    private static string Resource(string name)
    {
        using var stream = typeof(CatalogueRequestsTests).Assembly.GetManifestResourceStream(name) ?? throw new FileNotFoundException(name);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex(@"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+")]
    private static partial Regex Tokens();

    [GeneratedRegex(@"SHA256:[\w+/=]+")]
    private static partial Regex Fingerprints();

    [GeneratedRegex(@"msg_[0-9a-f]{32}|(?<=v1,)[\w+/=]+")]
    private static partial Regex MessageIds();

    [GeneratedRegex(@"\.\w+|\[[0-9]+\]")]
    private static partial Regex Steps();
}
