using System.Numerics;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Integrations.Keys;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Access;

public sealed class Base62Tests
{
    [Test]
    public void Any_bytes_can_be_read_back_from_their_digits() =>
        Prop.ForAll<byte[]>(bytes => Decode(Base62.Encode(bytes)) == new BigInteger(bytes, isUnsigned: true, isBigEndian: true)).QuickCheckThrowOnFailure();

    [Test]
    public void As_many_bytes_always_give_as_many_digits() =>
        Prop.ForAll<byte[]>(bytes => Base62.Encode(bytes).Length == Base62.Encode(new byte[bytes.Length]).Length).QuickCheckThrowOnFailure();

    [Test]
    public void The_smallest_and_the_largest_number_of_32_bytes_take_43_digits()
    {
        Base62.Encode(new byte[32]).Should().Be(new string('0', 43));
        var largest = Enumerable.Repeat((byte)255, 32).ToArray();
        Base62.Encode(largest).Should().HaveLength(43);
        Decode(Base62.Encode(largest)).Should().Be(BigInteger.Pow(2, 256) - 1);
    }

    [Test]
    public void A_key_is_hub_and_43_digits_and_shows_12_characters()
    {
        var keys = Enumerable.Range(0, 200).Select(_ => KeyText.Generate()).ToArray();
        keys.Should().OnlyHaveUniqueItems().And.AllSatisfy(key => key.Should().MatchRegex("^hub_[0-9A-Za-z]{43}$"));
        KeyText.Prefix(keys[0]).Should().Be(keys[0][..12]);
        KeyText.Hash(keys[0]).Should().HaveCount(32).And.NotEqual(KeyText.Hash(keys[1]));
    }

    [Test]
    public void Of_a_key_that_an_operator_thought_up_less_is_shown() => KeyText.Prefix("correct-horse-battery-staple").Should().Be("corr");

    private static BigInteger Decode(string text) =>
        text.Aggregate(BigInteger.Zero, (number, digit) => number * 62 + Base62.Digits.IndexOf(digit, StringComparison.Ordinal));
}
