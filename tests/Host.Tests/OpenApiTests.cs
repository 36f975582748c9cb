using System.Text.Json;
using FluentAssertions;
using Hub.TestHarness;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Host.Tests;

public sealed class OpenApiTests
{
    [Test]
    public async Task The_document_describes_every_endpoint_with_a_summary_and_its_problems()
    {
        await using var hub = await HubFixture.Start();
        var document = (await hub.ClientFor(null).Get("/openapi/v1.json")).Expect(200);
        document.GetProperty("openapi").GetString().Should().StartWith("3.1");

        var described = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => (path: path.Name, operation))).ToArray();
        var routes = hub.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal)
                && endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null).ToArray();
        described.Should().HaveCountGreaterThanOrEqualTo(routes.Length);
        described.Where(entry => entry.path.StartsWith("/api/", StringComparison.Ordinal) && !entry.operation.Value.TryGetProperty("summary", out _))
            .Select(entry => $"{entry.operation.Name} {entry.path}").Should().BeEmpty();
        described.Where(entry => !entry.operation.Value.GetProperty("responses").TryGetProperty("503", out _)).Should().BeEmpty();
        Unresolved(document).Should().BeEmpty();
    }

    [Test]
    public async Task The_document_knows_the_headers_and_types_that_the_framework_cannot_see()
    {
        await using var hub = await HubFixture.Start();
        var document = (await hub.ClientFor(null).Get("/openapi/v1.json")).Expect(200);
        var patch = document.GetProperty("paths").GetProperty("/api/v1/integrations/{id}").GetProperty("patch");
        patch.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()).Should().Contain("If-Match");
        var expiry = document.GetProperty("components").GetProperty("schemas").GetProperty("CreatedKey").GetProperty("properties").GetProperty("created_at");
        expiry.GetProperty("format").GetString().Should().Be("date-time");
    }

    [Test]
    public async Task The_reference_is_readable_without_a_key()
    {
        await using var hub = await HubFixture.Start();
        (await hub.ClientFor(null).Get("/docs/index.html")).Text.Should().Contain("swagger-ui");
    }

    private static IEnumerable<string> Unresolved(JsonElement document)
    {
        var schemas = document.GetProperty("components").GetProperty("schemas");
        return References(document).Where(reference => !schemas.TryGetProperty(reference[(reference.LastIndexOf('/') + 1)..], out _)).Distinct();
    }

    private static IEnumerable<string> References(JsonElement node) => node.ValueKind switch
    {
        JsonValueKind.Object => node.EnumerateObject().SelectMany(member =>
            member.Name == "$ref" && member.Value.ValueKind == JsonValueKind.String && member.Value.GetString()!.StartsWith("#/components/schemas/", StringComparison.Ordinal)
                ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => node.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
