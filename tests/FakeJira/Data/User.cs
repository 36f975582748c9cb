using System.Collections.Immutable;

namespace Hub.FakeJira;

/// <summary>A person. Cloud shows <see cref="AccountId"/>, Data Center shows <see cref="Name"/>; the e-mail address may be hidden (null).</summary>
public sealed record User(string AccountId, string Name, string DisplayName, string? Email, bool Active = true)
{
    /// <summary>The colleagues that issues are assigned to and reported by.</summary>
    public static readonly ImmutableArray<User> Colleagues =
    [
        new("5b10a2844c20165700ede21g", "mkowalska", "Małgorzata Kowalska", "m.kowalska@example.com"),
        new("5b109f2e9729b51b54dc274d", "jdupre", "Jérôme Dupré", null),
        new("557058:0c7a1c2e-9f7c-4d0b-b1a5-6f0f7a6f1d11", "tsato", "佐藤 健", "sato@example.com"),
        new("557058:5f1d2f0a-52a7-4a35-8a3c-0d7a6e0b8c22", "nadia", "نادية الحسن", null),
        new("712020:9d3c6f3c-7d1c-4f0a-9b8e-1c5d7a2e3f33", "oconnor", "Siobhán O'Connor", "siobhan@example.com"),
        new("712020:2b7e4a9d-18c5-4e6f-8a0b-3d9c5e7f1a44", "gone", "Former user", null, Active: false),
    ];

    public bool Is(string identity) =>
        AccountId.Equals(identity, StringComparison.OrdinalIgnoreCase)
        || Name.Equals(identity, StringComparison.OrdinalIgnoreCase)
        || DisplayName.Equals(identity, StringComparison.OrdinalIgnoreCase)
        || string.Equals(Email, identity, StringComparison.OrdinalIgnoreCase);
}
