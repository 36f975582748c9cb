namespace Hub.Sync.Jira.Text;

/// <summary>
/// Reads what stands inside one line of wiki markup: marks such as <c>*strong*</c> in pairs that enclose each other, links, addresses, mentions. A mark
/// without its partner is text.
/// </summary>
internal sealed class WikiLine(IRichText to)
{
    private const string Marks = "*_-+^~?";
    private readonly List<Token> tokens = [];

    /// <param name="Text">The text, or the mark as it was written.</param>
    /// <param name="Mark">The mark; <c>\0</c> for text, <c>\n</c> for a break.</param>
    /// <param name="Link">The address that the text leads to.</param>
    private readonly record struct Token(string Text, char Mark = '\0', bool Opens = false, bool Closes = false, string? Link = null, bool Mono = false);

    public void Read(string line)
    {
        tokens.Clear();
        Split(line);
        Emit(Pairs());
    }

    private void Split(string line)
    {
        var scan = new WikiScan(line);
        var start = 0;
        for (var i = 0; i < line.Length;)
        {
            if (!scan.TryRead(i, out var piece) && !TryMark(line, i, out piece))
            {
                i++;
                continue;
            }

            if (i > start)
                tokens.Add(new Token(line[start..i]));
            tokens.Add(piece.Kind switch
            {
                PieceKind.Mark => new Token(line[i..piece.End], piece.Text[0], piece.Opens, piece.Closes),
                PieceKind.Break => new Token("", '\n'),
                PieceKind.Mono => new Token(piece.Text, Mono: true),
                _ => new Token(piece.Text, Link: piece.Link),
            });
            start = i = piece.End;
        }

        if (start < line.Length)
            tokens.Add(new Token(line[start..]));
    }

    private static bool TryMark(string line, int at, out Piece piece)
    {
        piece = default;
        var braced = line[at] == '{' && at + 2 < line.Length && line[at + 2] == '}';
        var mark = braced ? line[at + 1] : line[at];
        if (!Marks.Contains(mark))
            return false;
        var end = at + (braced ? 3 : 1);
        // A citation has two question marks; of all others a doubled one is punctuation.
        if (!braced && mark == '?' && (end >= line.Length || line[end++] != '?'))
            return false;
        var (before, after) = (at > 0 ? line[at - 1] : ' ', end < line.Length ? line[end] : ' ');
        if (!braced && mark != '?' && (before == mark || after == mark))
            return false;
        var opens = !char.IsWhiteSpace(after) && (braced || !char.IsLetterOrDigit(before));
        var closes = !char.IsWhiteSpace(before) && (braced || !char.IsLetterOrDigit(after));
        piece = new Piece(PieceKind.Mark, mark.ToString(), end, null, opens, closes);
        return opens || closes;
    }

    // What each mark opens or closes, once both of a pair are found. Each token is pushed and popped once.
    private (Part Part, bool Opens)?[] Pairs()
    {
        var found = new (Part, bool)?[tokens.Count];
        var waiting = new Stack<int>();
        var open = new int[128];
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (token.Mark is '\0' or '\n')
                continue;
            if (token.Closes && open[token.Mark] > 0)
            {
                int partner;
                while (tokens[partner = waiting.Pop()].Mark != token.Mark)
                    open[tokens[partner].Mark]--;
                open[token.Mark]--;
                (found[partner], found[i]) = ((PartOf(token.Mark), true), (PartOf(token.Mark), false));
            }
            else if (token.Opens)
            {
                waiting.Push(i);
                open[token.Mark]++;
            }
        }

        return found;
    }

    private void Emit((Part Part, bool Opens)?[] pairs)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (pairs[i] is { Opens: true } begin)
                to.Open(begin.Part);
            else if (pairs[i] is { } end)
                to.Close(end.Part);
            else if (token.Mark == '\n')
                to.Break();
            else if (token.Link is { } address)
                Within(Part.Link, address, token.Text);
            else if (token.Mono)
                Within(Part.Mono, null, token.Text);
            else
                to.Put(token.Text);
        }
    }

    private void Within(Part part, string? detail, string text)
    {
        to.Open(part, detail);
        to.Put(text);
        to.Close(part);
    }

    private static Part PartOf(char mark) => mark switch
    {
        '*' => Part.Strong,
        '-' => Part.Strike,
        '+' => Part.Underline,
        '^' => Part.Super,
        '~' => Part.Sub,
        _ => Part.Emphasis,
    };
}
