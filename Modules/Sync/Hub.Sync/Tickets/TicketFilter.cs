using Hub.SharedKernel.Paging;
using Hub.SharedKernel.Problems;
using Microsoft.AspNetCore.Mvc;

namespace Hub.Sync.Tickets;

/// <summary>Which tickets; all conditions must hold.</summary>
internal sealed record TicketFilter
{
    private const StringSplitOptions Tidy = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;

    /// <summary>The status's name, in any case.</summary>
    public string? Status { get; init; }

    /// <summary>The assignee's name, account id or e-mail address as far as it is known, in any case.</summary>
    public string? Assignee { get; init; }

    /// <summary>Labels with commas between them: a ticket must carry all of them.</summary>
    public string? Labels { get; init; }

    /// <summary>Words anywhere in summary and description, <c>"a phrase"</c>, <c>or</c>, <c>-without</c>; or the beginning of a key.</summary>
    public string? Search { get; init; }

    /// <summary>Changed at the provider at this time or later.</summary>
    [FromQuery(Name = "updated_since")]
    public DateTimeOffset? UpdatedSince { get; init; }

    /// <summary>True shows deleted tickets too.</summary>
    public bool? Deleted { get; init; }

    internal string? OnlyStatus => string.IsNullOrWhiteSpace(Status) ? null : Status.Trim();

    internal string? OnlyAssignee => string.IsNullOrWhiteSpace(Assignee) ? null : Assignee.Trim();

    internal string[]? LabelList => Labels?.Split(',', Tidy) is { Length: > 0 } list ? list : null;

    internal string? Words => string.IsNullOrWhiteSpace(Search) ? null : Search.Trim();

    /// <summary>A pattern for LIKE where the search may be the beginning of a key.</summary>
    internal string? KeyPattern => Words is { } words && words.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        ? words.ToUpperInvariant().Replace("_", "\\_", StringComparison.Ordinal) + "%"
        : null;

    internal PageRequest Page(int? limit, string? cursor, long? integrationId, long? projectId)
    {
        Storable("status", Status);
        Storable("assignee", Assignee);
        Storable("labels", Labels);
        Storable("search", Search);
        var since = UpdatedSince?.ToUniversalTime().ToString("O");
        return PageRequest.Read(limit, cursor, integrationId, projectId, Status, Assignee, Labels, Search, since, Deleted);
    }

    private static void Storable(string parameter, string? value)
    {
        if (value?.Contains('\0', StringComparison.Ordinal) == true)
            throw new InvalidException(parameter, "must not contain the character U+0000");
    }
}
