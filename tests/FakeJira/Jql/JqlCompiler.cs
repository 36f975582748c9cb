namespace Hub.FakeJira.Jql;

/// <summary>A query made ready to run: which issues it selects, in which order, and the few that it can select at most, when it names them.</summary>
sealed record CompiledQuery(Predicate<Issue> Selects, Comparison<Issue> Order, IReadOnlyList<string>? Pinned, bool Bounded, bool DependsOnTime);

/// <summary>Turns a query into delegates. Unknown fields and values are refused here, before anything runs.</summary>
sealed class JqlCompiler(IssueStore store, User account, JqlDates dates, Func<string, bool>? tolerates = null)
{
    bool dependsOnTime;

    public CompiledQuery Compile(JqlQuery query)
    {
        var selects = query.Where is null ? _ => true : Node(query.Where);
        var order = Order(query.OrderBy);
        return new CompiledQuery(selects, order, query.Where is null ? null : Pinned(query.Where), query.Where is not null, dependsOnTime);
    }

    Predicate<Issue> Node(JqlNode node)
    {
        switch (node)
        {
            case AllOf all:
                var every = all.Parts.Select(Node).ToArray();
                return i => Array.TrueForAll(every, p => p(i));
            case AnyOf any:
                var some = any.Parts.Select(Node).ToArray();
                return i => Array.Exists(some, p => p(i));
            case Not not:
                var inner = Node(not.Part);
                return i => !inner(i);
            default:
                return Clause((Clause)node);
        }
    }

    Predicate<Issue> Clause(Clause clause)
    {
        var field = JqlFields.Find(clause.Field);
        return clause.Operator switch
        {
            "is" => i => field.IsEmpty(i),
            "is not" => i => !field.IsEmpty(i),
            "=" or "in" when field.Date is null => Equal(field, clause),
            "!=" or "not in" when field.Date is null => Without(field, Equal(field, clause), clause),
            "~" => Matches(field, clause),
            "!~" => Without(field, Matches(field, clause), clause),
            _ when field.Date is { } date => Date(clause, date),
            "<" or "<=" or ">" or ">=" when field.Number is { } number => Number(field, clause, number),
            _ => throw Unsupported(clause),
        };
    }

    // A negated comparison leaves out issues whose field is empty, which surprises people in Jira too.
    static Predicate<Issue> Without(QueryField field, Predicate<Issue> matches, Clause clause) =>
        clause.Operands.Any(o => o.Kind == OperandKind.Empty) ? i => !matches(i) : i => !field.IsEmpty(i) && !matches(i);

    Predicate<Issue> Equal(QueryField field, Clause clause)
    {
        var equals = field.Is ?? throw Unsupported(clause);
        var empty = clause.Operands.Any(o => o.Kind == OperandKind.Empty);
        var values = clause.Operands.Where(o => o.Kind != OperandKind.Empty).Select(o => Value(field, o)).ToArray();
        return values.Length == 1 && !empty ? i => equals(i, values[0]) : i => (empty && field.IsEmpty(i)) || Array.Exists(values, v => equals(i, v));
    }

    string Value(QueryField field, Operand operand)
    {
        if (operand.Kind == OperandKind.Function)
            return operand.Text.Equals("currentUser", StringComparison.OrdinalIgnoreCase)
                ? account.AccountId
                : throw new JqlException($"Unable to find JQL function '{operand.Text}()'.");
        // A key that an issue had before it was moved selects it too.
        if (field.Name is "key" or "id" && store.Visible(operand.Text) is { } named) return named.Key;
        if (field.Name == "status" && store.FindStatus(operand.Text) is { } status) return status.Id;
        if (field.Exists(store, operand.Text)) return operand.Text;
        var message = field.Name is "key" or "id"
            ? $"An issue with key '{operand.Text}' does not exist for field '{field.Name}'."
            : $"The value '{operand.Text}' does not exist for the field '{field.Name}'.";
        return tolerates?.Invoke(message) == true ? operand.Text : throw new JqlException(message);
    }

    static Predicate<Issue> Matches(QueryField field, Clause clause)
    {
        var text = field.Text ?? throw Unsupported(clause);
        var words = clause.Operands[0].Text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(w => w.Trim('"', '*', '?')).Where(w => w.Length > 0).ToArray();
        return i => text(i) is { } value && Array.TrueForAll(words, w => value.Contains(w, StringComparison.OrdinalIgnoreCase));
    }

    Predicate<Issue> Date(Clause clause, Func<Issue, DateTimeOffset?> date)
    {
        var bounds = clause.Operands.Select(o => dates.Read(clause.Field, o)).ToArray();
        dependsOnTime |= clause.Operands.Any(o => o.Kind == OperandKind.Function || o.Text.StartsWith('-') || o.Text.StartsWith('+'));
        var bound = bounds[0];
        return clause.Operator switch
        {
            ">=" => i => date(i) >= bound,
            ">" => i => date(i) > bound,
            "<=" => i => date(i) <= bound,
            "<" => i => date(i) < bound,
            "=" or "in" => i => date(i) is { } d && bounds.Contains(d),
            "!=" or "not in" => i => date(i) is { } d && !bounds.Contains(d),
            _ => throw Unsupported(clause),
        };
    }

    static Predicate<Issue> Number(QueryField field, Clause clause, Func<Issue, double?> number)
    {
        var text = clause.Operands[0].Text;
        var bound = field.Name == "priority" && Priority.Find(text) is { } p ? -p.Id[0]
            : double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var n) ? n
            : throw new JqlException($"'{text}' is an invalid number.");
        return clause.Operator switch
        {
            ">=" => i => number(i) >= bound,
            ">" => i => number(i) > bound,
            "<=" => i => number(i) <= bound,
            _ => i => number(i) < bound,
        };
    }

    static Comparison<Issue> Order(IReadOnlyList<SortBy> sorts)
    {
        if (sorts.Count > 7) throw new JqlException("The maximum number of order by fields is 7.");
        var comparisons = sorts.Select(s => (Compare: JqlFields.Find(s.Field).Order, Sign: s.Descending ? -1 : 1)).ToArray();
        return (a, b) =>
        {
            foreach (var (compare, sign) in comparisons)
            {
                if (compare(a, b) is not 0 and var result) return sign * result;
            }

            return b.Id.CompareTo(a.Id);
        };
    }

    // Without this, asking for a hundred keys among 100,000 issues would compare ten million strings.
    static IReadOnlyList<string>? Pinned(JqlNode node) => node switch
    {
        Clause { Operator: "=" or "in" } clause when JqlFields.Find(clause.Field).Name is "key" or "id" => [.. clause.Operands.Select(o => o.Text)],
        AllOf all => all.Parts.Select(Pinned).FirstOrDefault(p => p is not null),
        _ => null,
    };

    static JqlException Unsupported(Clause clause) => new($"The operator '{clause.Operator}' is not supported by the '{clause.Field}' field.");
}
