using System.Text.Json;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Integrations.Sso;
using Hub.SharedKernel.Access;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Sso;

public sealed class RoleMappingTests
{
    private static readonly string[] Words = ["viewer", "manager", "admin", "emperor"];

    [TestCase("a,b", "none", Role.Admin)]
    [TestCase("b", "none", Role.Viewer)]
    [TestCase("c", "none", null)]
    [TestCase("c", "manager", Role.Manager)]
    [TestCase("", "none", null)]
    [TestCase("d", "viewer", Role.Viewer)]
    [TestCase("A", "none", null)]
    public void The_strongest_mapped_role_wins_and_the_default_is_for_those_without_one(string groups, string otherwise, Role? expected) =>
        RoleMapping.RoleOf(groups.Split(','), JsonElement.Parse("""{"a":"admin","b":"viewer","d":"emperor","e":7}"""), otherwise).Should().Be(expected);

    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("\"admin\"")]
    public void A_mapping_that_is_none_gives_nothing(string mapping) => RoleMapping.RoleOf(["admin"], JsonElement.Parse(mapping), "none").Should().BeNull();

    [Test]
    public void Nobody_gets_more_than_the_strongest_of_their_groups_and_order_does_not_matter()
    {
        var groups = Gen.Elements("a", "b", "c", "d", "").ListOf();
        var mappings = Gen.Elements(Words).Four();
        Prop.ForAll(groups.ToArbitrary(), mappings.ToArbitrary(), (held, words) =>
        {
            var given = new Dictionary<string, string> { ["a"] = words.Item1, ["b"] = words.Item2, ["c"] = words.Item3, ["d"] = words.Item4 };
            var mapping = JsonSerializer.SerializeToElement(given);
            var expected = held.Where(given.ContainsKey).Select(group => Array.IndexOf(Words, given[group])).Where(rank => rank < 3).DefaultIfEmpty(-1).Max();
            var found = RoleMapping.RoleOf([.. held], mapping, "none");
            return found == RoleMapping.RoleOf([.. held.AsEnumerable().Reverse()], mapping, "none") && (found is { } role ? (int)role : -1) == expected;
        }).QuickCheckThrowOnFailure();
    }
}
