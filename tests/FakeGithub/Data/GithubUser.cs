using System.Collections.Immutable;

namespace Hub.FakeGithub;

/// <summary>An account. <see cref="Type"/> is <c>User</c>, <c>Bot</c> or <c>Organization</c>.</summary>
public sealed record GithubUser(long Id, string Login, string Name, string Email, string Type = "User")
{
    public static readonly GithubUser WebFlow = new(19_864_447, "web-flow", "GitHub", "noreply@github.com");

    public static readonly GithubUser Dependabot =
        new(49_699_333, "dependabot[bot]", "dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com", "Bot");

    /// <summary>The colleagues that write commits and open pull requests.</summary>
    public static readonly ImmutableArray<GithubUser> Colleagues =
    [
        new(583_231, "mkowalska", "Małgorzata Kowalska", "m.kowalska@example.com"),
        new(583_232, "jdupre", "Jérôme Dupré", "jerome@example.com"),
        new(583_233, "tsato", "佐藤 健", "sato@example.com"),
        new(583_234, "nadia-h", "نادية الحسن", "583234+nadia-h@users.noreply.github.com"),
        new(583_235, "oconnor", "Siobhán O'Connor", "siobhan@example.com"),
        Dependabot,
    ];

    public GitIdentity At(DateTimeOffset date) => new(Name, Email, date);
}

/// <summary>Who and when, as git notes it. The zone of the date is part of it; the API shows it in UTC.</summary>
public sealed record GitIdentity(string Name, string Email, DateTimeOffset Date);
