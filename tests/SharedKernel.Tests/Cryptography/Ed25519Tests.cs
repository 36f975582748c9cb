using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.SharedKernel.Cryptography;
using NUnit.Framework;

namespace Hub.SharedKernel.Tests.Cryptography;

internal sealed class Ed25519Tests
{
    // RFC 8032, section 7.1, tests 1 to 3.
    [TestCase(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [TestCase(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [TestCase(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void the_standard_s_own_vectors(string seed, string key, string content, string signature)
    {
        Hex(Ed25519.PublicKey(Bytes(seed))).Should().Be(key);
        Hex(Ed25519.Sign(Bytes(seed), Bytes(content))).Should().Be(signature);
        Ed25519.Verify(Bytes(key), Bytes(content), Bytes(signature)).Should().BeTrue();
    }

    [Test]
    public void what_was_signed_verifies_and_with_any_one_bit_changed_it_does_not()
    {
        var seed = new byte[Ed25519.KeyLength];
        var key = Ed25519.PublicKey(seed);
        Prop.ForAll<byte[], byte>((content, bit) =>
        {
            var signature = Ed25519.Sign(seed, content);
            var changed = signature.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            return Ed25519.Verify(key, content, signature) && !Ed25519.Verify(key, content, changed) && !Ed25519.Verify(key, [.. content, 0], signature);
        }).QuickCheckThrowOnFailure();
    }

    [Test]
    public void keys_and_signatures_that_are_none_prove_nothing()
    {
        var key = Ed25519.PublicKey(new byte[Ed25519.KeyLength]);
        var signature = Ed25519.Sign(new byte[Ed25519.KeyLength], [1]);
        Ed25519.Verify([], [1], signature).Should().BeFalse();
        Ed25519.Verify(key, [1], signature[..63]).Should().BeFalse();
        Ed25519.Verify(key, [1], [.. signature, 0]).Should().BeFalse();
        Ed25519.Verify([.. Enumerable.Repeat((byte)0xff, 32)], [1], signature).Should().BeFalse();
        // The neutral point would verify signatures that nobody made.
        Ed25519.Verify([1, .. new byte[31]], [1], [1, .. new byte[63]]).Should().BeFalse();
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
