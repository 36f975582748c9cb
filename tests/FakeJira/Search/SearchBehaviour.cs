using System.Collections.Immutable;

namespace Hub.FakeJira;

/// <summary>How badly search behaves. Everything can be changed while the site runs.</summary>
public sealed class SearchBehaviour
{
    /// <summary>
    /// The most issues on one page, whatever the caller asks for; null takes 100 on Cloud (5,000 when only ids are asked for) and 1,000 on
    /// Data Center.
    /// </summary>
    public int? MaxPage { get; set; }

    /// <summary>Cloud: pages come back shorter than asked for, now and then empty, although more follow.</summary>
    public bool ShortPages { get; set; }

    /// <summary>Each page after the first repeats the last issue of the page before it, and issues are shuffled within a page.</summary>
    public bool ReorderPages { get; set; }

    /// <summary>A written issue shows its old state in search until this many more searches were answered.</summary>
    public int IndexLagSearches { get; set; }

    /// <summary>A written issue shows its old state in search until the site's clock moved on by this.</summary>
    public TimeSpan IndexLag { get; set; }

    /// <summary>Data Center: <c>total</c> is off by this much more on each page (it may be negative).</summary>
    public int TotalDrift { get; set; }

    /// <summary>Cloud: from this page on, the token that leads to the next page is the one that led here: an endless loop. 0 is never.</summary>
    public int RepeatTokenFromPage { get; set; }

    /// <summary>Cloud: leave out the token that leads to the next page, and say all the same that this one is not the last.</summary>
    public bool OmitToken { get; set; }

    /// <summary>Cloud: how long a page token can be used.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Cloud: leave out <c>isLast</c>, which is optional.</summary>
    public bool OmitIsLast { get; set; }

    /// <summary>Data Center: whether a bare number in a date comparison is read as epoch milliseconds (Cloud always does).</summary>
    public bool EpochMilliseconds { get; set; } = true;

    /// <summary>Keys or ids of issues that break every page on which they would stand, of search and of bulk fetch: it answers 500.</summary>
    public ImmutableHashSet<string> Breaking { get; set; } = [];

    /// <summary>Called before a page is read, with the page's number in its walk (from 1): the place to change issues under a reader's feet.</summary>
    public Action<int>? BeforePage { get; set; }

    internal void Guard(IEnumerable<Issue> page)
    {
        if (!Breaking.IsEmpty && page.Any(i => Breaking.Contains(i.Key) || Breaking.Contains($"{i.Id}")))
            throw new JiraProblem(500, "Internal server error");
    }
}
