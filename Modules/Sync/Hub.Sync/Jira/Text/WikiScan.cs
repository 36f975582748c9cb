using System.Buffers;

namespace Hub.Sync.Jira.Text;

internal enum PieceKind
{
    Text,
    Mark,
    Break,
    Mono,
}

/// <param name="Kind">What it is.</param>
/// <param name="Text">What is shown.</param>
/// <param name="End">Where the line goes on.</param>
/// <param name="Link">The address that it leads to.</param>
/// <param name="Opens">A mark that may begin something.</param>
/// <param name="Closes">A mark that may end something.</param>
internal readonly record struct Piece(PieceKind Kind, string Text, int End, string? Link = null, bool Opens = false, bool Closes = false);

/// <summary>Finds what is no plain text in a line of wiki markup, apart from marks: escapes, links, images, addresses.</summary>
internal sealed class WikiScan(string line)
{
    private const int LongestImage = 300;
    private static readonly SearchValues<char> AfterAddress = SearchValues.Create(" \t|[]{}<>\"\\");
    private readonly Upcoming bracket = new(line, "]");
    private readonly Upcoming braces = new(line, "}}");
    private readonly Upcoming exclamation = new(line, "!");

    public bool TryRead(int at, out Piece piece)
    {
        piece = default;
        var found = line[at] switch
        {
            '\\' => Escape(at),
            '{' when string.CompareOrdinal(line, at, "{{", 0, 2) == 0 => Mono(at),
            '[' => Link(at),
            '!' => Image(at),
            'h' or 'H' or 'm' when at == 0 || !char.IsLetterOrDigit(line[at - 1]) => Address(at),
            _ => null,
        };
        piece = found.GetValueOrDefault();
        return found is not null;
    }

    private Piece? Escape(int at)
    {
        if (at + 1 >= line.Length || !(char.IsPunctuation(line[at + 1]) || char.IsSymbol(line[at + 1])))
            return null;
        return line[at + 1] == '\\' ? new Piece(PieceKind.Break, "", at + 2) : new Piece(PieceKind.Text, line[at + 1].ToString(), at + 2);
    }

    private Piece? Mono(int at) =>
        braces.From(at + 2) is > 0 and var end && end > at + 2 ? new Piece(PieceKind.Mono, line[(at + 2)..end], end + 2) : null;

    private Piece? Link(int at)
    {
        if (bracket.From(at + 1) is not (> 0 and var end) || end == at + 1)
            return null;
        var content = line[(at + 1)..end];
        var bar = content.IndexOf('|');
        var (text, target) = bar < 0 ? (content, content) : (content[..bar], content[(bar + 1)..]);
        // A second bar is followed by how the link looks.
        if (bar >= 0 && target.IndexOf('|') is >= 0 and var more)
            target = target[..more];
        return content[0] switch
        {
            '~' => new Piece(PieceKind.Text, $"@{Person(content[1..])}", end + 1),
            '^' => new Piece(PieceKind.Text, content[1..], end + 1),
            _ when bar > 0 => new Piece(PieceKind.Text, text, end + 1, target.Trim()),
            _ when IsAddress(target) => new Piece(PieceKind.Text, target, end + 1, target),
            _ => null,
        };
    }

    private static string Person(string name) => name.StartsWith("accountid:", StringComparison.Ordinal) ? name["accountid:".Length..] : name;

    // !screen shot.png|thumbnail!
    private Piece? Image(int at)
    {
        if (exclamation.From(at + 1) is not (> 0 and var end) || end - at is < 4 or > LongestImage || line[at + 1] == ' ')
            return null;
        var content = line.AsSpan((at + 1)..end);
        var name = content.IndexOf('|') is > 0 and var bar ? content[..bar] : content;
        var extension = name[(name.LastIndexOf('.') + 1)..];
        return extension.Length != name.Length && extension.Length is >= 2 and <= 5 && extension.IndexOfAnyExceptInRange('0', 'z') < 0
            ? new Piece(PieceKind.Text, "", end + 1)
            : null;
    }

    private Piece? Address(int at)
    {
        if (!IsAddress(line.AsSpan(at)))
            return null;
        var length = line.AsSpan(at).IndexOfAny(AfterAddress);
        var address = line.AsSpan(at, length < 0 ? line.Length - at : length).TrimEnd(".,;:!?)'*_~^+-");
        return address.Length > address.IndexOf(':') + 3 ? new Piece(PieceKind.Text, address.ToString(), at + address.Length, address.ToString()) : null;
    }

    private static bool IsAddress(ReadOnlySpan<char> text) =>
        text.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase);
}
