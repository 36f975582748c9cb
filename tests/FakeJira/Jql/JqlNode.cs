namespace Hub.FakeJira.Jql;

/// <summary>The restriction of a query as a tree.</summary>
abstract record JqlNode;

sealed record AllOf(IReadOnlyList<JqlNode> Parts) : JqlNode;

sealed record AnyOf(IReadOnlyList<JqlNode> Parts) : JqlNode;

sealed record Not(JqlNode Part) : JqlNode;

/// <summary>One comparison. <see cref="Operator"/> is lower case with single spaces, such as <c>not in</c>.</summary>
sealed record Clause(string Field, string Operator, IReadOnlyList<Operand> Operands) : JqlNode;

enum OperandKind { Word, Quoted, Function, Empty }

/// <summary>A value, the name of a function called without arguments, or EMPTY.</summary>
readonly record struct Operand(OperandKind Kind, string Text);

readonly record struct SortBy(string Field, bool Descending);

/// <summary>A whole query; <see cref="Where"/> is null when nothing restricts it.</summary>
sealed record JqlQuery(JqlNode? Where, IReadOnlyList<SortBy> OrderBy);
