using System.Text.Json;
using FluentAssertions;
using Hub.Integrations.Sso;
using Hub.SharedKernel.Http;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Sso;

public sealed class ClaimsTests
{
    [TestCase("""{"groups":["a","b"]}""", "groups", "a b")]
    [TestCase("""{"groups":"a"}""", "groups", "a")]
    [TestCase("""{"realm_access":{"roles":["x"]}}""", "realm_access.roles", "x")]
    [TestCase("""{"https://acme.com/roles":["y"]}""", "https://acme.com/roles", "y")]
    [TestCase("""{"a.b":"whole","a":{"b":"parts"}}""", "a.b", "whole")]
    [TestCase("""{"id":4711}""", "id", "4711")]
    [TestCase("""{"email_verified":false}""", "email_verified", "false")]
    [TestCase("""{"groups":null}""", "groups", "")]
    [TestCase("""{"groups":{"a":1}}""", "groups", "")]
    [TestCase("""{"groups":["a",["b"],null,"\u0000","\ud800"]}""", "groups", "a b")]
    public void A_claim_is_found_by_its_name_or_by_its_path(string document, string name, string expected) =>
        string.Join(' ', Claims.Of(JsonElement.Parse(document)).All(name)).Should().Be(expected);

    [Test]
    public void What_is_signed_counts_more_than_the_profile() =>
        Claims.Of(JsonElement.Parse("""{"email":"a@x"}"""), JsonElement.Parse("""{"email":"b@x","name":"B"}""")).Should().Match<Claims>(
            claims => claims.One("email") == "a@x" && claims.One("name") == "B");

    [TestCase("/docs", true)]
    [TestCase("/a?b=c#d", true)]
    [TestCase("/%2f%2fevil.example", true)]
    [TestCase("//evil.example", false)]
    [TestCase("/\\evil.example", false)]
    [TestCase("/a\tb", false)]
    [TestCase("/ä", false)]
    [TestCase("", false)]
    [TestCase(null, false)]
    [TestCase("https://evil.example", false)]
    public void Only_paths_of_this_hub_are_local(string? path, bool local) => LocalPath.IsLocal(path).Should().Be(local);
}
