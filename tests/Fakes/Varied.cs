namespace Hub.Fakes;

/// <summary>Varied texts made from a number: the same number always gives the same text.</summary>
public static class Varied
{
    static readonly string[] Verbs =
        ["Fix", "Rework", "Document", "Speed up", "Remove", "Investigate", "Migrate", "Prüfe", "Corriger", "改善:", "Test", "Simplify"];

    static readonly string[] Things =
    [
        "the invoice export", "login over SSO", "retry of failed payments", "das Suchfeld", "l'écran d'accueil", "支払い画面", "the nightly import",
        "CSV upload > 10 MB", "the \"forgot password\" mail", "webhook signature check", "قائمة العملاء", "dark mode 🌙", "the rate limiter",
        "address form", "the audit trail", "naïve date handling", "<b>markup</b> in titles", "O'Reilly's account",
    ];

    static readonly string[] Tails =
    [
        "for large tenants", "on Safari 17", "when offline", "after the upgrade", "bei leerem Warenkorb", "in the staging cluster", "🚀", "(follow-up)",
        "— second attempt", "for user_id=NULL; --", "with 1 000 000 rows", "für Übergrößen",
    ];

    static readonly string[] Sentences =
    [
        "Customers report this about twice a week.", "It started with the release of last Tuesday.", "Die Meldung erscheint nur beim ersten Aufruf.",
        "The log shows nothing unusual, apart from a *late* timeout.", "再現手順は下記のとおりです。", "We agreed to keep the old behaviour behind a switch.",
        "Numbers are rounded: 1.005 becomes 1.00 instead of 1.01.", "See also the tickets of the data team.", "العميل ينتظر الرد.",
        "Nobody remembers why the column exists.", "Emoji break the PDF: 👩‍👩‍👧 and 🇳🇱.", "A zero\u200Bwidth space hides in the name.",
    ];

    public static readonly string[] Labels =
        ["backend", "frontend", "customer", "tech-debt", "flaky", "sécurité", "q3", "ux", "データ", "blocked", "needs-design", "hotfix"];

    public static string Summary(long seed)
    {
        var text = $"{Pick(Verbs, seed, 1)} {Pick(Things, seed, 2)} {Pick(Tails, seed, 3)}";
        return seed % 97 == 0 ? $"{text} {new string('x', 250 - text.Length)}" : text;
    }

    public static string? Description(long seed) => (Mix(seed, 4) % 8) switch
    {
        0 => null,
        1 => Pick(Sentences, seed, 5),
        2 => $"h2. Steps\n\n* {Pick(Sentences, seed, 5)}\n* {Pick(Sentences, seed, 6)}\n\n"
            + $"{{code}}\nGET /orders?id={seed}\n\n500 Internal Server Error\n{{code}}",
        _ => $"{Pick(Sentences, seed, 5)} {Pick(Sentences, seed, 6)}\n{Pick(Sentences, seed, 7)}\n\n{Pick(Sentences, seed, 8)}",
    };

    public static string Comment(long seed) => Pick(Sentences, seed, 9);

    public static T Pick<T>(IReadOnlyList<T> from, long seed, int salt) => from[(int)(Mix(seed, salt) % (uint)from.Count)];

    /// <summary>A well spread number out of two.</summary>
    public static uint Mix(long seed, int salt)
    {
        var mixed = (ulong)seed * 0x9E3779B97F4A7C15UL + (ulong)salt * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 31)) * 0x94D049BB133111EBUL;
        return (uint)(mixed >> 32);
    }
}
