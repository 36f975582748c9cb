using Hub.Sync.Github.Commits;
using Hub.Sync.Github.Pulls;
using Hub.Sync.Tickets;

namespace Hub.Sync.Forges;

/// <summary>What an event or an answer of GitLab or Azure DevOps tells, in the form in which it is stored.</summary>
internal sealed record ForgeTold
{
    /// <summary>gitlab or azure_devops.</summary>
    public required string Provider { get; init; }

    /// <summary>Names the site that ids of tickets belong to.</summary>
    public required long SiteKey { get; init; }

    /// <summary>The provider's time of what is told.</summary>
    public required DateTimeOffset At { get; init; }
    public ForgeRepository? Repository { get; init; }
    public PullRow? Pull { get; init; }

    /// <summary>The event says that the pull request was opened with it.</summary>
    public bool Opened { get; init; }
    public IReadOnlyList<CommitRow> Commits { get; init; } = [];

    /// <summary>The branch that was pushed to.</summary>
    public string? Branch { get; init; }
    public RemoteTicket? Ticket { get; init; }

    /// <summary>The ticket that was deleted, by its provider's id.</summary>
    public string? GoneTicket { get; init; }

    /// <summary>What must be asked for, because the event shows too little of it.</summary>
    public ForgeRecord? Missing { get; init; }
}

/// <summary>A repository as events show it.</summary>
/// <param name="Id">A number that stays: GitLab's own, or one made of the id at Azure DevOps.</param>
/// <param name="FullName">Its path; null where it was told before.</param>
/// <param name="DefaultBranch">Null where it is not told.</param>
/// <param name="Url">Where people see it.</param>
/// <param name="Private">Whether not everybody may see it.</param>
/// <param name="Description">What it is.</param>
internal sealed record ForgeRepository(
    long Id, string? FullName, string? DefaultBranch = null, string? Url = null, bool Private = true, string? Description = null)
{
    /// <summary>What an integration's settings may call it; empty where it was told before.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    public bool IsCalled(string name) => Names.Count == 0 || Names.Contains(name, StringComparer.OrdinalIgnoreCase);
}

/// <param name="Kind">issue, merge_request, work_item, pull_request or push.</param>
/// <param name="Key">How the provider's API names it, below what the integration's settings name.</param>
internal sealed record ForgeRecord(string Kind, string Key);
