using MediatR;

namespace Hub.Integrations.Contracts;

/// <summary>
/// Scopes, inherited configuration, integrations and endpoints as a text (JSON) to keep under version control. Secrets stand in it as a reference to
/// where their value is found and a fingerprint. The same hub gives the same text.
/// </summary>
public sealed record ExportConfig : IRequest<string>;

/// <summary>What applying a text would change. Tried in full and undone, so that what would fail is told.</summary>
/// <param name="Document">The text.</param>
/// <param name="Prune">Whether what the text does not name is deleted; otherwise it is kept and counted.</param>
public sealed record PlanConfig(string Document, bool Prune) : IRequest<ConfigPlan>
{
    public override string ToString() => nameof(PlanConfig);
}

/// <summary>Makes the hub what a text says, all of it or nothing.</summary>
/// <param name="Document">The text.</param>
/// <param name="Prune">As planned.</param>
/// <param name="Expected">The plan that was shown: if anything else would happen now, nothing does.</param>
public sealed record ApplyConfig(string Document, bool Prune, ConfigPlan Expected) : IRequest<ConfigPlan>
{
    public override string ToString() => nameof(ApplyConfig);
}

/// <param name="Lines">The differences, for people: <c>+</c> adds, <c>~</c> changes, <c>-</c> deletes, <c>=</c> is kept though the text does not name it.</param>
/// <param name="Added">How many things are made.</param>
/// <param name="Changed">How many are changed.</param>
/// <param name="Deleted">How many are deleted.</param>
/// <param name="Kept">How many the text does not name.</param>
/// <param name="Errors">Why it cannot be applied, each with its place in the text; empty when it can.</param>
public sealed record ConfigPlan(IReadOnlyList<string> Lines, int Added, int Changed, int Deleted, int Kept, IReadOnlyList<string> Errors)
{
    public bool ChangesNothing => Added + Changed + Deleted == 0;
}
