using System.Text.Json.Nodes;
using Hub.SharedKernel.Auditing;

namespace Hub.Sync.WebhookRegistrations;

/// <summary>What a look at a webhook found and did. Starts as what was known before.</summary>
internal sealed class Findings(WebhookRegistration known)
{
    private readonly List<Repair> repairs = [];

    public string? Kind { get; set; } = known.Kind;
    public string? Place { get; set; } = known.Place;
    public string? HookId { get; set; } = known.HookId;
    public string? SecretFingerprint { get; set; } = known.SecretFingerprint;
    public IReadOnlyList<string> Events { get; set; } = known.Events;
    public bool? Active { get; set; } = known.Active;
    public DateTimeOffset? ExpiresAt { get; set; } = known.ExpiresAt;

    /// <summary>It is as it can be, and yet something must be told: reason and words for people.</summary>
    public (string Reason, string Message)? Remark { get; set; }

    /// <summary>Why something may not have been delivered, so that an incremental run must read it.</summary>
    public string? Gap { get; private set; } = known.Gap;

    public RecoveryResult? Recovery { get; set; }

    public IReadOnlyList<Repair> Repairs => repairs;

    /// <param name="action">created, changed or removed.</param>
    /// <param name="what">What was done and why, for people.</param>
    /// <param name="diff">Fields with old and new values.</param>
    public void Did(string action, string what, JsonObject? diff = null) => repairs.Add(new Repair(action, what, diff));

    /// <summary>The first reason is kept: it reaches back furthest.</summary>
    public void Miss(string why) => Gap ??= why;

    /// <summary>The webhook that was known is not there.</summary>
    public void Forget() =>
        (Kind, Place, HookId, SecretFingerprint, Events, Active, ExpiresAt) = (null, null, null, null, [], null, null);
}

/// <param name="Action">created, changed or removed.</param>
/// <param name="What">What was done and why, for people.</param>
/// <param name="Diff">Fields with old and new values, secrets already replaced.</param>
internal sealed record Repair(string Action, string What, JsonObject? Diff);

/// <summary>What differs between a webhook and the wanted one. Pure, apart from collecting.</summary>
internal sealed class Differences
{
    private readonly List<string> words = [];
    private readonly JsonObject diff = [];

    public bool Any => words.Count > 0;

    /// <summary>Whether something happened that it did not tell of.</summary>
    public bool Missed { get; private set; }

    /// <summary>For people, such as <c>it was switched off; its events had been changed</c>.</summary>
    public string Words => string.Join("; ", words);

    public JsonObject Diff => diff;

    public void Add(string field, JsonNode? from, JsonNode? to, string word, bool missed)
    {
        words.Add(word);
        diff[field] = new JsonObject { ["from"] = from, ["to"] = to };
        Missed |= missed;
    }

    /// <summary>The same of what nobody may read.</summary>
    public void AddSecret(string field, string word, bool missed)
    {
        words.Add(word);
        diff[field] = AuditDiff.SecretChanged;
        Missed |= missed;
    }

    public void AddEvents(IReadOnlyCollection<string> from, IReadOnlyCollection<string> to)
    {
        if (!to.ToHashSet(StringComparer.Ordinal).SetEquals(from))
            Add("events", Texts(from), Texts(to), "its events had been changed", to.Except(from).Any());
    }

    public static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Order(StringComparer.Ordinal).Select(text => JsonValue.Create(text))];
}
