namespace Hub.FakeJira.Jql;

/// <summary>Reads a query: <c>or</c> of <c>and</c> of (negated) comparisons, then <c>order by</c>.</summary>
sealed class JqlParser
{
    readonly List<Token> tokens;
    int at;

    JqlParser(string text) => tokens = JqlLexer.Read(text);

    public static JqlQuery Parse(string text) => new JqlParser(text).Query();

    Token Next => tokens[at];

    JqlQuery Query()
    {
        var where = Next.Kind == TokenKind.End || Next.Is("order") ? null : Or();
        var order = new List<SortBy>();
        if (Accept("order"))
        {
            Expect("by");
            do order.Add(new SortBy(Name(), Direction()));
            while (Accept(","));
        }

        if (Next.Kind != TokenKind.End) throw Unexpected("Expecting either 'OR' or 'AND'");
        return new JqlQuery(where, order);
    }

    JqlNode Or() => List(And, "or", "||", parts => new AnyOf(parts));

    JqlNode And() => List(Negation, "and", "&&", parts => new AllOf(parts));

    JqlNode List(Func<JqlNode> part, string word, string symbol, Func<IReadOnlyList<JqlNode>, JqlNode> join)
    {
        var parts = new List<JqlNode> { part() };
        while (Accept(word) || Accept(symbol)) parts.Add(part());
        return parts.Count == 1 ? parts[0] : join(parts);
    }

    JqlNode Negation()
    {
        if (Accept("not") || Accept("!")) return new Not(Negation());
        if (!Accept("(")) return Comparison();
        var inner = Or();
        Expect(")");
        return inner;
    }

    Clause Comparison()
    {
        var field = Name();
        var op = Operator();
        return new Clause(field, op, op is "in" or "not in" ? Operands() : [One()]);
    }

    string Operator()
    {
        if (Next.Kind == TokenKind.Symbol && Next.Text is "=" or "!=" or "<" or "<=" or ">" or ">=" or "~" or "!~") return tokens[at++].Text;
        if (Accept("in")) return "in";
        if (Accept("is")) return Accept("not") ? "is not" : "is";
        if (!Accept("not"))
            throw Unexpected("Expecting operator");
        Expect("in");
        return "not in";
    }

    List<Operand> Operands()
    {
        if (!Next.Is("(")) return [One()];
        at++;
        var values = new List<Operand>();
        do values.Add(One());
        while (Accept(","));
        Expect(")");
        return values;
    }

    Operand One()
    {
        var token = Next;
        if (token.Kind is TokenKind.End or TokenKind.Symbol) throw Unexpected("Expecting either a value, list or function");
        at++;
        if (token.Kind == TokenKind.Quoted) return new Operand(OperandKind.Quoted, token.Text);
        if (token.Is("empty") || token.Is("null")) return new Operand(OperandKind.Empty, "");
        if (!Accept("(")) return new Operand(OperandKind.Word, token.Text);
        Expect(")");
        return new Operand(OperandKind.Function, token.Text);
    }

    string Name()
    {
        if (Next.Kind is TokenKind.End or TokenKind.Symbol) throw Unexpected("Expecting a field name");
        return tokens[at++].Text;
    }

    bool Direction()
    {
        if (Accept("desc")) return true;
        Accept("asc");
        return false;
    }

    bool Accept(string word)
    {
        if (!Next.Is(word)) return false;
        at++;
        return true;
    }

    void Expect(string word)
    {
        if (!Accept(word)) throw Unexpected($"Expecting '{word}'");
    }

    JqlException Unexpected(string expectation) => new(Next.Kind == TokenKind.End
        ? $"Error in the JQL Query: {expectation} before the end of the query."
        : $"Error in the JQL Query: {expectation} but got '{Next.Text}'. (line 1, character {Next.Position + 1})");
}
