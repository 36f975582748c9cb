using System.Collections.Immutable;

namespace Hub.FakeJira;

/// <summary>A comment. Its text is wiki markup.</summary>
public sealed record Comment(long Id, User Author, string Body, DateTimeOffset Created, DateTimeOffset Updated)
{
    /// <summary>Who wrote the text that it has now.</summary>
    public User Editor { get; init; } = Author;
}

/// <summary>Time spent on an issue. <see cref="Text"/> is wiki markup, or null.</summary>
public sealed record Worklog(long Id, User Author, string? Text, int Seconds, DateTimeOffset Started, DateTimeOffset Created, DateTimeOffset Updated);

/// <summary>A kind of link: the source <see cref="Outward"/> the target, the target <see cref="Inward"/> the source.</summary>
public sealed record LinkType(string Id, string Name, string Inward, string Outward)
{
    public static readonly LinkType Blocks = new("10000", "Blocks", "is blocked by", "blocks");
    public static readonly LinkType Cloners = new("10001", "Cloners", "is cloned by", "clones");
    public static readonly LinkType Duplicate = new("10002", "Duplicate", "is duplicated by", "duplicates");
    public static readonly LinkType Relates = new("10003", "Relates", "relates to", "relates to");

    public static readonly ImmutableArray<LinkType> All = [Blocks, Cloners, Duplicate, Relates];

    public static LinkType? Find(string nameOrId) =>
        All.FirstOrDefault(t => t.Id == nameOrId || t.Name.Equals(nameOrId, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A link between two issues; both of them carry it.</summary>
public sealed record IssueLink(long Id, LinkType Type, long Source, long Target)
{
    /// <summary>The issue at the other end.</summary>
    public long Beyond(long issue) => issue == Source ? Target : Source;
}
