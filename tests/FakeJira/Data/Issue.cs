using System.Collections.Immutable;
using System.Text.Json;
using Hub.Fakes;

namespace Hub.FakeJira;

/// <summary>
/// One state of one issue. Immutable: a change makes a new state, so that a page token can remember where it stood.
/// Texts are wiki markup; the third version of the API shows them as a document tree.
/// </summary>
public sealed record Issue
{
    readonly string? description;
    readonly bool describedBySeed = true;
    readonly Resolution? resolution;

    public required long Id { get; init; }
    public required string Key { get; init; }
    public required Project Project { get; init; }
    public required User Reporter { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset Updated { get; init; }

    public string Summary { get; init; } = "";
    public Status Status { get; init; } = Status.ToDo;
    public IssueType Type { get; init; } = IssueType.Task;
    public Priority Priority { get; init; } = Priority.Medium;
    public User? Assignee { get; init; }
    public string? ParentKey { get; init; }
    public DateOnly? DueDate { get; init; }
    public DateTimeOffset? Resolved { get; init; }

    /// <summary>Why a resolved issue is closed; Done unless somebody chose otherwise.</summary>
    public Resolution? Resolution
    {
        get => Resolved is null ? null : resolution ?? Resolution.Done;
        init => resolution = value;
    }

    public ImmutableArray<string> Labels { get; init; } = [];
    public ImmutableArray<string> Components { get; init; } = [];
    public ImmutableArray<Comment> Comments { get; init; } = [];
    public ImmutableArray<Worklog> Worklogs { get; init; } = [];
    public ImmutableArray<IssueLink> Links { get; init; } = [];

    /// <summary>
    /// Fields of this site, by id such as <c>customfield_10016</c>, as <see cref="CustomFields"/> keeps them: people by account id, options by
    /// their id, long texts as wiki markup. An object is shown as it is.
    /// </summary>
    public ImmutableDictionary<string, JsonElement> Custom { get; init; } = ImmutableDictionary<string, JsonElement>.Empty;

    /// <summary>Entity properties, which programs keep at an issue and people do not see.</summary>
    public ImmutableDictionary<string, JsonElement> Properties { get; init; } = ImmutableDictionary<string, JsonElement>.Empty;

    /// <summary>Wiki markup, or null. A generated text is derived from the id when asked, so that 100,000 issues stay small.</summary>
    public string? Description
    {
        get => describedBySeed ? Varied.Description(Id) : description;
        init => (description, describedBySeed) = (value, false);
    }

    /// <summary>The number at the end of the key.</summary>
    public int Number => int.Parse(Key.AsSpan(Key.LastIndexOf('-') + 1), provider: null);
}
