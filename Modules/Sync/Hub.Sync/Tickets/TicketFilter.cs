using Hub.SharedKernel.Paging;
using Hub.SharedKernel.Problems;
using Microsoft.AspNetCore.Mvc;

namespace Hub.Sync.Tickets;

/// <summary>Which tickets; all conditions must hold.</summary>
/// <param name="Status">The status's name, in any case.</param>
/// <param name="Assignee">The assignee's name, account id or e-mail address as far as it is known, in any case.</param>
/// <param name="Labels">Labels with commas between them: a ticket must carry all of them.</param>
/// <param name="Search">Words anywhere in summary and description, <c>"a phrase"</c>, <c>or</c>, <c>-without</c>; or the beginning of a key.</param>
/// <param name="UpdatedSince">Changed at the provider at this time or later.</param>
/// <param name="Deleted">True shows deleted tickets too.</param>
internal sealed record TicketFilter(
    string? Status, string? Assignee, string? Labels, string? Search,
    [property: FromQuery(Name = "updated_since")] DateTimeOffset? UpdatedSince, bool? Deleted)
{
    private const StringSplitOptions Tidy = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;

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
