using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Hub.FakeGithub;

/// <summary><see cref="Status"/> is GitHub's: <c>added</c>, <c>modified</c>, <c>removed</c>, <c>renamed</c>. Null content makes up text of that size.</summary>
public sealed record FileChange(string Path, string Status = "modified", int Additions = 3, int Deletions = 1)
{
    public string? PreviousPath { get; init; }

    public string? Content { get; init; }

    /// <summary>Git's mode; <c>160000</c> is a submodule, <c>120000</c> a symbolic link.</summary>
    public string Mode { get; init; } = "100644";
}

/// <summary>A file of a tree. Its content is made up from its seed unless it was given.</summary>
public sealed record TreeFile(long Seed, int Size, string Mode, string? Content)
{
    readonly string made = Content ?? "";

    public string Text => Content ?? Filler(Seed, Size);

    public string Sha => Content is null ? Hash($"{Seed}:{Size}") : Hash($"blob {Encoding.UTF8.GetByteCount(made)}\0{made}");

#pragma warning disable CA5350 // Git names things by SHA-1.
    internal static string Hash(string text) => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350

    static string Filler(long seed, int size)
    {
        const string line = "This line was made up by the fake, number ";
        var text = new StringBuilder();
        while (text.Length < size) text.Append(line).Append(seed + text.Length).Append('\n');
        return text.ToString(0, size);
    }
}

/// <summary>
/// A commit, known by the hash of what it says. The users are null when nobody on the site has the e-mail address.
/// The changes are those against the first parent.
/// </summary>
public sealed record GithubCommit
{
    public required string Sha { get; init; }
    public required ImmutableArray<string> Parents { get; init; }
    public required string Message { get; init; }
    public required GitIdentity Author { get; init; }
    public required GitIdentity Committer { get; init; }
    public GithubUser? AuthorUser { get; init; }
    public GithubUser? CommitterUser { get; init; }
    public ImmutableArray<FileChange> Changes { get; init; } = [];

    /// <summary>Grows with each commit of the repository: parents come before children.</summary>
    public long Order { get; init; }

    public string TreeSha => TreeFile.Hash("tree " + Sha);
}

/// <summary>What a new commit says. Null takes the usual: a colleague, now, one changed file.</summary>
public sealed record CommitDraft(string Message)
{
    /// <summary>The account of the author; <see cref="NoAccount"/> leaves the user objects null.</summary>
    public GithubUser? Author { get; init; }

    public bool NoAccount { get; init; }

    /// <summary>Who wrote it, if not what the account says.</summary>
    public GitIdentity? AuthorIdentity { get; init; }

    public DateTimeOffset? AuthorDate { get; init; }

    public DateTimeOffset? CommitterDate { get; init; }

    /// <summary>Written as <c>Co-authored-by</c> lines at the end of the message.</summary>
    public IReadOnlyList<GithubUser> CoAuthors { get; init; } = [];

    public IReadOnlyList<FileChange>? Changes { get; init; }
}
