using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Integrations.Scopes;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Access;

public sealed class SlugTests
{
    [TestCase("Payments", "payments")]
    [TestCase("  Payments  &  Risk (EU) ", "payments-risk-eu")]
    [TestCase("Müller & Söhne Straße", "muller-sohne-strasse")]
    [TestCase("Łódź Ørsted Þór Ævar", "lodz-orsted-thor-aevar")]
    [TestCase("İstanbul ışık", "istanbul-isik")]
    [TestCase("Anna's Team’s", "annas-teams")]
    [TestCase("ﬁnance ２０２６ Ⅳ", "finance-2026-iv")]
    [TestCase("v1.2_beta", "v1-2-beta")]
    [TestCase("Проект 7", "7")]
    public void A_name_is_written_in_plain_letters(string name, string slug) => Slug.From(name).Should().Be(slug);

    [TestCase("日本語")]
    [TestCase("🚀🚀")]
    [TestCase("---")]
    [TestCase("\ud800")]
    [TestCase("")]
    public void A_name_without_a_writable_letter_gives_none(string name) => Slug.From(name).Should().BeNull();

    [Test]
    public void Whatever_the_name_the_slug_is_valid_and_its_own_slug() => Prop.ForAll<string?>(name =>
    {
        var slug = Slug.From(name ?? "");
        return slug is null || (Slug.IsValid(slug) && Slug.From(slug) == slug);
    }).QuickCheckThrowOnFailure();

    [Test]
    public void A_long_name_gives_a_slug_within_the_limit_without_a_hyphen_at_its_end() => Slug.From(string.Concat(Enumerable.Repeat("a ", 200))).Should().HaveLength(Slug.MaxLength - 1).And.EndWith("-a");

    [TestCase("")]
    [TestCase("Upper")]
    [TestCase("under_score")]
    [TestCase("line\n")]
    [TestCase("é")]
    public void Other_characters_are_not_a_slug(string slug) => Slug.IsValid(slug).Should().BeFalse();
}
