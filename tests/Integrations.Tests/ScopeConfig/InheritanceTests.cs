using System.Text.Json.Nodes;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Integrations.ScopeConfig;
using NUnit.Framework;

namespace Hub.Integrations.Tests.ScopeConfig;

public sealed class InheritanceTests
{
    private const string Field = "f";

    /// <summary>What a level does with the field.</summary>
    private sealed record Act(bool Sets, bool Locks, bool Secret);

    private static readonly Gen<Act> Acts =
        from sets in Gen.Elements(true, false)
        from locks in Gen.Frequency((1, Gen.Constant(true)), (3, Gen.Constant(false)))
        from secret in Gen.Elements(true, false)
        select new Act(sets, locks, secret);

    private static Arbitrary<Act[]> Chains() => Gen.Choose(1, 6).SelectMany(length => Acts.ArrayOf(length)).ToArbitrary();

    private static ConfigLevel[] Levels(IEnumerable<Act> acts) => [.. acts.Select((act, index) => new ConfigLevel(
        index + 1, $"L{index}", $"owner{index}",
        act is { Sets: true, Secret: false } ? new JsonObject { [Field] = $"v{index}" } : [],
        act is { Sets: true, Secret: true } ? new JsonObject { [Field] = $"c{index}" } : [],
        act.Locks ? new HashSet<string> { Field } : []))];

    private static InheritedField Merged(IEnumerable<Act> acts) => Inheritance.Merge(Levels(acts)).GetValueOrDefault(Field) ?? new InheritedField(null, null, null);

    [Test]
    public void The_nearest_place_not_below_a_lock_wins() => Prop.ForAll(Chains(), acts =>
    {
        var firstLock = Array.FindIndex(acts, act => act.Locks);
        var reach = firstLock < 0 ? acts.Length : firstLock + 1;
        var expected = Array.FindLastIndex(acts, reach - 1, act => act.Sets);
        var merged = Merged(acts);
        return (merged.Source?.Name == (expected < 0 ? null : $"L{expected}"))
            .And(merged.LockedBy?.Name == (firstLock < 0 ? null : $"L{firstLock}"));
    }).QuickCheckThrowOnFailure();

    [Test]
    public void What_is_set_below_a_lock_changes_no_value() => Prop.ForAll(Chains(), acts =>
    {
        var firstLock = Array.FindIndex(acts, act => act.Locks);
        return firstLock < 0 || Merged(acts).Source?.Name == Merged(acts.Take(firstLock + 1)).Source?.Name;
    }).QuickCheckThrowOnFailure();

    [Test]
    public void Taking_every_lock_away_brings_back_what_was_set() => Prop.ForAll(Chains(), acts =>
    {
        var last = Array.FindLastIndex(acts, act => act.Sets);
        return Merged(acts.Select(act => act with { Locks = false })).Source?.Name == (last < 0 ? null : $"L{last}");
    }).QuickCheckThrowOnFailure();

    [Test]
    public void What_is_overridden_is_set_somewhere_else() => Prop.ForAll(Chains(), acts =>
    {
        var merged = Merged(acts);
        var others = acts.Count(act => act.Sets) - (merged.Source is null ? 0 : 1);
        return (merged.Overridden is null == (others == 0)).And(merged.Overridden is null || merged.Overridden != merged.Source);
    }).QuickCheckThrowOnFailure();

    [Test]
    public void A_level_that_says_nothing_changes_nothing() => Prop.ForAll(Chains(), Gen.Choose(0, 5).ToArbitrary(), (acts, at) =>
    {
        var inserted = acts.ToList();
        inserted.Insert(Math.Min(at, acts.Length), new Act(false, false, false));
        var (plain, padded) = (Merged(acts).Source, Merged(inserted).Source);
        return Value(plain) is var value && (value is null == (Value(padded) is null));

        static string? Value(ConfigLevel? source) => source is null ? null : (source.Secrets[Field] ?? source.Values[Field])!.ToString();
    }).QuickCheckThrowOnFailure();

    [Test]
    public void A_change_is_a_change_of_the_value_that_holds()
    {
        var locked = Inheritance.Merge(Levels([new Act(true, true, false), new Act(true, false, false)]));
        var alone = Inheritance.Merge(Levels([new Act(true, true, false), new Act(false, false, false)]));
        var free = Inheritance.Merge(Levels([new Act(true, false, false), new Act(true, false, false)]));
        Inheritance.Changed(locked, alone).Should().BeEmpty("what is below the lock does not hold anyway");
        Inheritance.Changed(locked, free).Should().Equal(Field);
    }
}
