using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.SharedKernel.Data;
using NUnit.Framework;

namespace Hub.SharedKernel.Tests.Data;

internal sealed class DeflatedTests
{
    [Test]
    public void What_was_deflated_comes_back_exactly() => Prop.ForAll((byte[] plain) =>
    {
        var kept = Deflated.Of(plain);
        Deflated.Inflate(kept).Should().Equal(plain);
        Deflated.Inflate(kept, plain.Length).Should().Equal(plain);
    }).QuickCheckThrowOnFailure();

    [Test]
    public void A_payload_takes_a_fraction_of_its_size()
    {
        var plain = Enumerable.Range(0, 100_000).Select(i => (byte)(i % 7)).ToArray();
        Deflated.Of(plain).Length.Should().BeLessThan(plain.Length / 10);
    }
}
