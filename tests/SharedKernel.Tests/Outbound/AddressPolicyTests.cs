using System.Net;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.SharedKernel.Outbound;
using NUnit.Framework;

namespace Hub.SharedKernel.Tests.Outbound;

public sealed class AddressPolicyTests
{
    private static readonly AddressPolicy Closed = new([]);
    private static readonly byte[] Nat64 = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];

    [Test]
    public void Port_25_is_only_for_what_the_operator_opened()
    {
        var open = new AddressPolicy(["192.0.2.0/24", "1.1.1.1"]);
        open.WhyRefused(IPAddress.Parse("8.8.8.8"), 25).Should().Contain("587").And.Contain(EgressOptions.Setting);
        open.WhyRefused(IPAddress.Parse("::ffff:8.8.8.8"), 25).Should().NotBeNull();
        open.WhyRefused(IPAddress.Parse("8.8.8.8"), 587).Should().BeNull();
        open.WhyRefused(IPAddress.Parse("1.1.1.1"), 25).Should().BeNull();
        open.WhyRefused(IPAddress.Parse("::ffff:192.0.2.7"), 25).Should().BeNull();
        open.WhyRefused(IPAddress.Parse("10.0.0.1"), 25).Should().Contain("private");
    }

    [TestCase("127.0.0.1")]
    [TestCase("127.255.255.254")]
    [TestCase("0.0.0.0")]
    [TestCase("0.1.2.3")]
    [TestCase("10.0.0.1")]
    [TestCase("172.16.0.1")]
    [TestCase("172.31.255.255")]
    [TestCase("192.168.1.1")]
    [TestCase("169.254.169.254")]
    [TestCase("169.254.1.1")]
    [TestCase("100.64.0.1")]
    [TestCase("100.127.255.255")]
    [TestCase("100.100.100.200")]
    [TestCase("168.63.129.16")]
    [TestCase("192.0.0.1")]
    [TestCase("192.0.2.1")]
    [TestCase("192.88.99.1")]
    [TestCase("198.18.0.1")]
    [TestCase("198.19.255.255")]
    [TestCase("198.51.100.7")]
    [TestCase("203.0.113.7")]
    [TestCase("224.0.0.1")]
    [TestCase("239.255.255.255")]
    [TestCase("240.0.0.1")]
    [TestCase("255.255.255.255")]
    [TestCase("::")]
    [TestCase("::1")]
    [TestCase("::127.0.0.1")]
    [TestCase("::ffff:127.0.0.1")]
    [TestCase("::ffff:169.254.169.254")]
    [TestCase("64:ff9b::7f00:1")]
    [TestCase("64:ff9b::a9fe:a9fe")]
    [TestCase("64:ff9b:1::808:808")]
    [TestCase("2002:7f00:1::")]
    [TestCase("2002:808:808::1")]
    [TestCase("2001:0:4136:e378:8000:63bf:3fff:fdd2")]
    [TestCase("2001:db8::1")]
    [TestCase("3fff::1")]
    [TestCase("fe80::1")]
    [TestCase("fe80::1%1")]
    [TestCase("fec0::1")]
    [TestCase("fc00::1")]
    [TestCase("fd00:ec2::254")]
    [TestCase("ff02::1")]
    [TestCase("100::1")]
    [TestCase("5f00::1")]
    public void only_public_unicast_is_open_by_default(string address) => Closed.Allows(IPAddress.Parse(address)).Should().BeFalse();

    [TestCase("8.8.8.8")]
    [TestCase("1.1.1.1")]
    [TestCase("172.32.0.1")]
    [TestCase("172.15.255.255")]
    [TestCase("100.128.0.1")]
    [TestCase("192.0.1.1")]
    [TestCase("198.20.0.1")]
    [TestCase("223.255.255.255")]
    [TestCase("2606:4700::1111")]
    [TestCase("2001:4860:4860::8888")]
    [TestCase("2a00:1450::1")]
    [TestCase("::ffff:8.8.8.8")]
    [TestCase("64:ff9b::808:808")]
    public void public_addresses_are_open(string address) => Closed.WhyRefused(IPAddress.Parse(address)).Should().BeNull();

    [Test]
    public void the_refusal_says_what_the_address_is_and_the_way_out() =>
        Closed.WhyRefused(IPAddress.Parse("::ffff:10.1.2.3"))
            .Should().Be("10.1.2.3 is a private address. Allow its network with Hub__Egress__AllowedNetworks.");

    [Test]
    public void an_allowed_network_opens_itself_in_every_form_and_nothing_else()
    {
        var policy = new AddressPolicy(["10.0.0.0/8", "fd12::/16", "127.0.0.1"]);
        foreach (var open in new[] { "10.0.0.1", "10.255.255.255", "::ffff:10.1.2.3", "64:ff9b::a01:203", "fd12:1::1", "127.0.0.1", "8.8.8.8" })
            policy.Allows(IPAddress.Parse(open)).Should().BeTrue(open);
        foreach (var shut in new[] { "192.168.0.1", "fd13::1", "127.0.0.2", "::1", "2002:a00:1::", "::10.0.0.1" })
            policy.Allows(IPAddress.Parse(shut)).Should().BeFalse(shut);
    }

    [TestCase("169.254.169.254", "169.254.0.0/16", "169.254.169.254/32")]
    [TestCase("100.100.100.200", "100.64.0.0/10", "100.100.100.200")]
    [TestCase("fd00:ec2::254", "fd00::/8", "fd00:ec2::254/128")]
    [TestCase("::ffff:169.254.169.254", "0.0.0.0/0", "169.254.169.254/32")]
    [TestCase("64:ff9b::a9fe:a9fe", "::/0", "169.254.169.254/32")]
    [TestCase("2002:a9fe:a9fe::1", "::/0", "169.254.169.254/32")]
    [TestCase("::169.254.169.254", "::/0", "169.254.169.254/32")]
    public void a_metadata_address_needs_an_entry_of_exactly_its_own(string address, string wide, string exact)
    {
        new AddressPolicy([wide]).WhyRefused(IPAddress.Parse(address)).Should().Contain("exactly this address");
        new AddressPolicy([exact]).Allows(IPAddress.Parse(address)).Should().BeTrue();
    }

    [TestCase("10.0.0.1/8", "Did you mean 10.0.0.0/8?")]
    [TestCase("10.0.0.0/33", "is not a network")]
    [TestCase("10.0.0.0/-1", "is not a network")]
    [TestCase("10.0.0.0/", "is not a network")]
    [TestCase("intranet", "is not a network")]
    [TestCase("fd00::1/8", "Did you mean fd00::/8?")]
    public void an_unreadable_network_is_named(string entry, string hint) =>
        FluentActions.Invoking(() => new AddressPolicy([entry])).Should().Throw<FormatException>().Which.Message
            .Should().Contain("Hub__Egress__AllowedNetworks").And.Contain(entry).And.Contain(hint);

    [Test]
    public void every_ipv4_address_is_judged_like_the_registry_and_the_same_in_ipv6_dress() =>
        Prop.ForAll(Ipv4(), bytes =>
        {
            var plain = Closed.Allows(new IPAddress(bytes));
            var mapped = Closed.Allows(new IPAddress(bytes).MapToIPv6());
            var nat64 = Closed.Allows(new IPAddress([.. Nat64, .. bytes]));
            return plain == IsPublic(bytes) && mapped == plain && nat64 == plain;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Test]
    public void ipv6_outside_global_unicast_is_never_public() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte>().Generator.ArrayOf(16).ToArbitrary(), bytes =>
            bytes[0] >> 5 == 1 || bytes.AsSpan().StartsWith(Nat64) || !Closed.Allows(new IPAddress(bytes)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Test]
    public void an_allowed_network_opens_exactly_its_addresses() =>
        Prop.ForAll(Ipv4(), Ipv4(), Gen.Choose(1, 32).ToArbitrary(), (near, other, length) =>
        {
            var network = new IPNetwork(new IPAddress(Start(near, length)), length);
            var policy = new AddressPolicy([network.ToString()]);
            var (inside, outside) = (new IPAddress(near), new IPAddress(other));
            var metadata = Closed.WhyRefused(inside)?.Contains("metadata") == true && length < 32;
            return (policy.Allows(inside) || metadata) && (network.Contains(outside) || policy.Allows(outside) == Closed.Allows(outside));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    // Random addresses rarely hit a special network, so half of them start like one.
    private static Arbitrary<byte[]> Ipv4() => Gen.OneOf(
        ArbMap.Default.ArbFor<byte>().Generator.ArrayOf(4),
        from head in Gen.Elements<byte[]>([127, 0], [10, 1], [172, 16], [172, 31], [172, 32], [192, 168], [192, 0], [192, 88], [198, 18],
            [198, 19], [198, 51], [203, 0], [100, 64], [100, 127], [100, 128], [169, 254], [224, 0], [240, 0], [255, 255], [0, 0])
        from tail in Gen.OneOf(
            Gen.Elements<byte[]>([0, 1], [2, 1], [99, 1], [100, 1], [113, 1], [169, 254]), ArbMap.Default.ArbFor<byte>().Generator.ArrayOf(2))
        select head.Concat(tail).ToArray()).ToArbitrary();

    private static byte[] Start(byte[] address, int length)
    {
        var number = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address) & (uint.MaxValue << (32 - length));
        return BitConverter.GetBytes(IPAddress.HostToNetworkOrder((int)number));
    }

    private static bool IsPublic(byte[] a) => (a[0], a[1], a[2], a[3]) switch
    {
        (0 or 10 or 127 or >= 224, _, _, _) => false,
        (100, >= 64 and <= 127, _, _) => false,
        (169, 254, _, _) => false,
        (172, >= 16 and <= 31, _, _) => false,
        (192, 168, _, _) => false,
        (192, 0, 0 or 2, _) => false,
        (192, 88, 99, _) => false,
        (198, 18 or 19, _, _) => false,
        (198, 51, 100, _) => false,
        (203, 0, 113, _) => false,
        (168, 63, 129, 16) => false,
        _ => true,
    };
}
