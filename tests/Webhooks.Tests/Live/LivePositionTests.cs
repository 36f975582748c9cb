using FluentAssertions;
using Hub.Webhooks.Live;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.Live;

internal sealed class LivePositionTests
{
    [Test]
    public void it_reads_what_it_writes() => LivePosition.Parse(new LivePosition(18446744073709551615, 7).ToString()).Should().Be(new LivePosition(18446744073709551615, 7));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("7")]
    [TestCase("7-")]
    [TestCase("-7")]
    [TestCase("7-8-9")]
    [TestCase("a-b")]
    [TestCase("99999999999999999999999-1")]
    public void other_texts_are_no_position(string? text) => LivePosition.Parse(text).Should().BeNull();

    [Test]
    public void the_transaction_counts_before_the_row()
    {
        new LivePosition(1, 9).CompareTo(new LivePosition(2, 1)).Should().BeNegative();
        new LivePosition(2, 1).CompareTo(new LivePosition(2, 2)).Should().BeNegative();
        new LivePosition(2, 2).CompareTo(new LivePosition(2, 2)).Should().Be(0);
    }
}
