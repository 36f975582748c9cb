using FluentAssertions;
using Hub.Integrations.Scopes;
using Hub.SharedKernel.Access;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Access;

public sealed class ScopeRulesTests
{
    [TestCase("tenant", "platform")]
    [TestCase("team", "tenant team")]
    [TestCase("project", "platform tenant team")]
    [TestCase("ruleset", "platform tenant team")]
    [TestCase("platform", "")]
    public void Each_kind_hangs_where_it_may_and_nowhere_else(string kind, string parents)
    {
        var allowed = ScopeKinds.ByWord.Where(parent => ScopePlacement.Refusal(ScopeKinds.ByWord[kind], parent.Value) is null).Select(parent => parent.Key);
        allowed.Should().BeEquivalentTo(parents.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Test]
    public void A_refusal_names_the_ways_out() =>
        ScopePlacement.Refusal(ScopeKind.Team, ScopeKind.Project).Should().Be("a team may hang under a tenant or a team, not under a project; name another parent");

    [TestCase("tenant", "platform admin")]
    [TestCase("team", "platform admin", "tenant admin")]
    [TestCase("ruleset", "platform admin", "tenant admin", "platform manager", "tenant manager")]
    [TestCase("project", "platform admin", "tenant admin", "platform manager", "tenant manager")]
    public void Who_may_create_and_delete(string kind, params string[] who) => Allowed(caller => ScopeRights.MayCreateOrDelete(caller, ScopeKinds.ByWord[kind])).Should().BeEquivalentTo(who);

    [TestCase("tenant", "platform admin", "tenant admin")]
    [TestCase("project", "platform admin", "tenant admin", "platform manager", "tenant manager")]
    [TestCase("ruleset", "platform admin", "tenant admin", "platform manager", "tenant manager")]
    public void Who_may_rename(string kind, params string[] who) => Allowed(caller => ScopeRights.MayChange(caller, ScopeKinds.ByWord[kind])).Should().BeEquivalentTo(who);

    private static IEnumerable<string> Allowed(Func<Caller, bool> rule) =>
        from role in Enum.GetValues<Role>()
        from scope in new[] { (Name: "platform", Path: new long[] { 1 }), (Name: "tenant", Path: [1, 2]) }
        where rule(new Caller(7, "k", role, scope.Path[^1], scope.Path))
        select $"{scope.Name} {role.ToString().ToLowerInvariant()}";
}
