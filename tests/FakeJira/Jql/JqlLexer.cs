using System.Globalization;
using System.Text;

namespace Hub.FakeJira.Jql;

enum TokenKind { Word, Quoted, Symbol, End }

readonly record struct Token(TokenKind Kind, string Text, int Position)
{
    public bool Is(string word) => Kind != TokenKind.Quoted && Text.Equals(word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Cuts a query into words, quoted strings and symbols. Reserved characters outside quotes are refused, as Jira does.</summary>
static class JqlLexer
{
    const string Reserved = "?@#%^$*{}[];\\`/|&";

    public static List<Token> Read(string text)
    {
        var tokens = new List<Token>();
        for (var at = 0; at < text.Length;)
        {
            var c = text[at];
            if (char.IsWhiteSpace(c)) at++;
            else if (c is '"' or '\'') tokens.Add(Quoted(text, ref at));
            else if (Symbol(text, at) is { } symbol)
            {
                tokens.Add(new Token(TokenKind.Symbol, symbol, at));
                at += symbol.Length;
            }
            else if (Reserved.Contains(c))
            {
                throw new JqlException($"Error in the JQL Query: The character '{c}' is a reserved JQL character. You must enclose it in a string "
                    + $"or use the escape '\\u{(int)c:x4}' instead. (line 1, character {at + 1})");
            }
            else tokens.Add(Word(text, ref at));
        }

        tokens.Add(new Token(TokenKind.End, "", text.Length));
        return tokens;
    }

    static string? Symbol(string text, int at)
    {
        if (at + 1 < text.Length && text.Substring(at, 2) is ">=" or "<=" or "!=" or "!~" or "&&" or "||") return text.Substring(at, 2);
        return text[at] is '(' or ')' or ',' or '=' or '<' or '>' or '~' or '!' ? text[at].ToString() : null;
    }

    static Token Word(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && !EndsWord(text, at)) at++;
        // cf[10016] is the one place where brackets are legal outside quotes.
        if (text[start..at] == "cf" && at < text.Length && text[at] == '[' && text.IndexOf(']', at) is > 0 and var end) at = end + 1;
        return new Token(TokenKind.Word, text[start..at], start);
    }

    static bool EndsWord(string text, int at) =>
        char.IsWhiteSpace(text[at]) || text[at] is '"' or '\'' || Reserved.Contains(text[at]) || Symbol(text, at) is not null;

    static Token Quoted(string text, ref int at)
    {
        var (start, quote, value) = (at, text[at++], new StringBuilder());
        while (at < text.Length && text[at] != quote)
        {
            if (text[at] == '\\' && at + 1 < text.Length) value.Append(Escaped(text, ref at));
            else value.Append(text[at++]);
        }

        if (at >= text.Length)
        {
            throw new JqlException($"Error in the JQL Query: The quoted string '{text[(start + 1)..]}' has not been completed. "
                + $"(line 1, character {start + 1})");
        }

        at++;
        return new Token(TokenKind.Quoted, value.ToString(), start);
    }

    static char Escaped(string text, ref int at)
    {
        var c = text[at + 1];
        if (c == 'u' && at + 6 <= text.Length && ushort.TryParse(text.AsSpan(at + 2, 4), NumberStyles.HexNumber, null, out var code))
        {
            at += 6;
            return (char)code;
        }

        at += 2;
        return c switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '"' or '\'' or '\\' or ' ' => c,
            _ => throw new JqlException($"Error in the JQL Query: '\\{c}' is an illegal JQL escape sequence. (line 1, character {at})"),
        };
    }
}
