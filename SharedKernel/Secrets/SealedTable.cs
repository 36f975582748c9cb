using System.Text.Json.Nodes;
using Hub.SharedKernel.Data;

namespace Hub.SharedKernel.Secrets;

/// <summary>Most of <see cref="ISealedRows"/> for one table; what is left are its statements.</summary>
public abstract class SealedTable(Db db) : ISealedRows
{
    public abstract string Name { get; }

    /// <summary>Gives <c>prefix, secrets</c>.</summary>
    protected abstract string SelectCounts { get; }

    /// <summary>Gives <c>key, owner, secrets</c> for <c>@current, @after, @limit</c>.</summary>
    protected abstract string Select { get; }

    /// <summary>The same with <c>for no key update skip locked</c>.</summary>
    protected abstract string SelectLocked { get; }

    /// <summary>Takes <c>@rows</c>: an array of <c>{key, secrets}</c>.</summary>
    protected abstract string Update { get; }

    public Task<IReadOnlyList<SealedCount>> Count(CancellationToken ct) => db.List<SealedCount>(SelectCounts, null, ct);

    public Task<IReadOnlyList<SealedRow>> Read(string current, string? after, int limit, bool locked, CancellationToken ct) =>
        db.List<SealedRow>(locked ? SelectLocked : Select, new { current = current is "" ? "-" : current, after, limit }, ct);

    public Task Replace(IReadOnlyList<SealedRow> rows, CancellationToken ct) => rows.Count == 0 ? Task.CompletedTask : db.Execute(Update, new
    {
        rows = new JsonArray([.. rows.Select(row => new JsonObject { ["key"] = row.Key, ["secrets"] = row.Secrets.DeepClone() })]).ToJsonString(),
    }, ct);
}
