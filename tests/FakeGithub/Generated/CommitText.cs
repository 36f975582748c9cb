using Hub.Fakes;

namespace Hub.FakeGithub;

/// <summary>
/// How people write about tickets: keys in front, in brackets, in lower case, two at once, as smart commits, none at all; and words that only
/// look like keys.
/// </summary>
static class CommitText
{
    static readonly string[] LookLikeKeys = ["UTF-8 is the default now", "SHA-256 instead of MD5", "Follow RFC-7231 and ISO-8601", "Fix COVID-19 banner"];

    public static string Key(IReadOnlyList<string> projects, long seed) =>
        projects.Count == 0 ? "" : $"{Varied.Pick(projects, seed, 60)}-{1 + Varied.Mix(seed, 61) % 60}";

    public static string Message(IReadOnlyList<string> projects, long seed)
    {
        var (what, key) = (Varied.Summary(seed), Key(projects, seed));
        if (key.Length == 0) return what;
        return (Varied.Mix(seed, 62) % 12) switch
        {
            0 or 1 => what,
            2 => Varied.Pick(LookLikeKeys, seed, 63),
            3 => $"[{key}] {what}",
            4 => $"{key.ToLowerInvariant()}: {what}",
            5 => $"{what}\n\nSee {key} and {Key(projects, seed + 1)}.",
            6 => $"{key} #comment {Varied.Comment(seed)}\n{key} #time 2h",
            7 => $"fix({key}): {what}",
            8 => $"{what} (refs {key})",
            _ => $"{key} {what}",
        };
    }

    public static string Branch(IReadOnlyList<string> projects, int number)
    {
        var (key, kind) = (Key(projects, number), Varied.Pick(["feature", "bugfix", "hotfix", "chore"], number, 64));
        return (Varied.Mix(number, 65) % 5) switch
        {
            0 => $"{kind}/no-ticket-{number}",
            1 => $"{key}-{number}",
            2 => $"users/mkowalska/{key}_{number}",
            _ => $"{kind}/{key}-change-{number}",
        };
    }

    public static string Title(IReadOnlyList<string> projects, int number)
    {
        var (what, key) = (Varied.Summary(number), Key(projects, number));
        return key.Length == 0 || number % 6 == 0 ? what : number % 3 == 0 ? $"[{key}] {what}" : $"{key}: {what}";
    }
}
