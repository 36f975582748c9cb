namespace Hub.FakeGithub;

/// <summary>How lists behave. Everything can be changed while the site runs.</summary>
public sealed class ListBehaviour
{
    /// <summary>
    /// Told before each page is made: the path below the repository and the number of the page. Things that a test changes here move between
    /// the pages of a reader.
    /// </summary>
    public Action<string, int>? BeforePage { get; set; }

    /// <summary>Sorted lists are paged by <c>after</c> cursors that remember a position in the order, and name no last page.</summary>
    public bool Cursors { get; set; }

    /// <summary>No <c>rel="last"</c>, as for lists that are too long to count.</summary>
    public bool NoLast { get; set; }

    /// <summary>Things of the same second change places from page to page.</summary>
    public bool TiesMove { get; set; }

    /// <summary>Links lead to this origin, such as <c>http://127.0.0.1:9</c>, where a careful reader does not follow.</summary>
    public string? LinkOrigin { get; set; }

    /// <summary><c>rel="next"</c> leads to the same page again.</summary>
    public bool LinkLoops { get; set; }

    /// <summary>Entries of a recursive tree beyond which it is cut and marked as truncated.</summary>
    public int TreeLimit { get; set; } = 100_000;
}
