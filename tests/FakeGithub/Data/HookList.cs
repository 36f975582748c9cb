using System.Collections.Immutable;

namespace Hub.FakeGithub;

/// <summary>An address that hears of events. <see cref="ContentType"/> is <c>json</c>, or <c>form</c> as GitHub takes it when nothing is said.</summary>
public sealed record GithubHook
{
    public required long Id { get; init; }
    public required string Url { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset Updated { get; init; }
    public string? Secret { get; init; }
    public string ContentType { get; init; } = "form";
    public string InsecureSsl { get; init; } = "0";
    public bool Active { get; init; } = true;
    public ImmutableArray<string> Events { get; init; } = ["push"];

    public bool Hears(string name) => Active && (name == "ping" || Events.Contains("*") || Events.Contains(name));
}

/// <summary>
/// One attempt to deliver an event. All attempts of one event have the same <see cref="Guid"/>. Where nobody answered,
/// GitHub writes 502, and 504 after ten seconds.
/// </summary>
public sealed record HookDelivery
{
    public required long Id { get; init; }
    public required string Guid { get; init; }
    public required GithubHook Hook { get; init; }
    public required string Event { get; init; }
    public string? Action { get; init; }
    public required byte[] Body { get; init; }
    public required IReadOnlyDictionary<string, string> Headers { get; init; }
    public required DateTimeOffset DeliveredAt { get; init; }
    public bool Redelivery { get; init; }
    public int StatusCode { get; init; }
    public string Status { get; init; } = "";
    public string Answer { get; init; } = "";
    public IReadOnlyDictionary<string, string> AnswerHeaders { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>The hooks of a repository and what was delivered to them.</summary>
public sealed class HookList
{
    readonly GithubRepository repository;
    readonly Numbered<GithubHook> hooks;
    readonly List<HookDelivery> deliveries = [];

    internal HookList(GithubRepository repository)
    {
        this.repository = repository;
        hooks = new Numbered<GithubHook>(repository.Gate, "hook");
    }

    /// <summary>Told when a hook is to be pinged.</summary>
    internal event Action<GithubHook>? Pinged;

    public IReadOnlyList<GithubHook> All => hooks.All;

    /// <summary>Every attempt of the last days, oldest first, also of hooks that are gone.</summary>
    public IReadOnlyList<HookDelivery> Deliveries
    {
        get { lock (repository.Gate) return [.. deliveries]; }
    }

    public GithubHook? Find(long id) => hooks.TryGet(id, out var hook) ? hook : null;

    /// <summary>Registers an address, which is pinged at once. No events means all.</summary>
    public GithubHook Create(string url, string? secret, params string[] events) =>
        Create(h => h with { Url = url, Secret = secret, ContentType = "json", Events = events.Length == 0 ? ["*"] : [.. events] });

    internal GithubHook Create(Func<GithubHook, GithubHook> shape)
    {
        var now = repository.Now();
        GithubHook hook;
        lock (repository.Gate)
        {
            hook = shape(new GithubHook { Id = repository.NextId(), Url = "", Created = now, Updated = now });
            hooks[hook.Id] = hook;
        }

        Ping(hook);
        return hook;
    }

    public GithubHook Update(long id, Func<GithubHook, GithubHook> change)
    {
        lock (repository.Gate) return hooks[id] = change(hooks[id]) with { Updated = repository.Now() };
    }

    public void Delete(long id) => hooks.Remove(id);

    internal void Ping(GithubHook hook) => Pinged?.Invoke(hook);

    internal void Record(HookDelivery delivery)
    {
        lock (repository.Gate) deliveries.Add(delivery);
    }

    /// <summary>Newest first, not older than that.</summary>
    internal IReadOnlyList<HookDelivery> Of(long hook, DateTimeOffset since)
    {
        lock (repository.Gate) return [.. deliveries.Where(d => d.Hook.Id == hook && d.DeliveredAt >= since).OrderByDescending(d => d.Id)];
    }
}
