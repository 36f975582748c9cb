using Dapper;
using Npgsql;

namespace Hub.SharedKernel.Data;

/// <summary>
/// The database as one request or one unit of work sees it. Inside <see cref="Begin"/> every statement of the scope, those of reactions to
/// notifications included, runs in the same transaction; outside each takes a pooled connection for itself.
/// </summary>
public sealed class Db(NpgsqlDataSource source) : IAsyncDisposable
{
    private NpgsqlConnection? connection;
    private NpgsqlTransaction? transaction;
    private int depth;

    public bool InTransaction => transaction is not null;

    /// <summary>
    /// Opens the scope's transaction, or a part of the one that is open. It rolls back unless <see cref="UnitOfWork.Commit"/> is called, a part by itself;
    /// never hold it across an HTTP call.
    /// </summary>
    public async Task<UnitOfWork> Begin(CancellationToken ct)
    {
        if (transaction is not null)
            return await UnitOfWork.Within(this, transaction, $"part_{++depth}", ct);
        connection = await source.OpenConnectionAsync(ct);
        transaction = await connection.BeginTransactionAsync(ct);
        return new UnitOfWork(this);
    }

    public Task<IReadOnlyList<T>> List<T>(string sql, object? parameters, CancellationToken ct) => Use(async c =>
    {
        var rows = await c.QueryAsync<T>(Command(sql, parameters, ct));
        return (IReadOnlyList<T>)rows.AsList();
    }, ct);

    public Task<T?> First<T>(string sql, object? parameters, CancellationToken ct) =>
        Use(c => c.QueryFirstOrDefaultAsync<T?>(Command(sql, parameters, ct)), ct);

    public Task<T> One<T>(string sql, object? parameters, CancellationToken ct) =>
        Use(c => c.QuerySingleAsync<T>(Command(sql, parameters, ct)), ct);

    public Task<int> Execute(string sql, object? parameters, CancellationToken ct) => Use(c => c.ExecuteAsync(Command(sql, parameters, ct)), ct);

    /// <summary>For what Dapper cannot say, such as COPY: the transaction's own connection.</summary>
    public NpgsqlConnection Connection => connection ?? throw new InvalidOperationException("Only inside a transaction.");

    public async ValueTask DisposeAsync() => await End();

    internal async Task Commit(CancellationToken ct)
    {
        await transaction!.CommitAsync(ct);
        await End();
    }

    internal async ValueTask End()
    {
        if (transaction is not null)
            await transaction.DisposeAsync();
        if (connection is not null)
            await connection.DisposeAsync();
        (transaction, connection, depth) = (null, null, 0);
    }

    private CommandDefinition Command(string sql, object? parameters, CancellationToken ct) => new(sql, parameters, transaction, cancellationToken: ct);

    private async Task<T> Use<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken ct)
    {
        if (connection is not null)
            return await work(connection);
        await using var own = await source.OpenConnectionAsync(ct);
        return await work(own);
    }
}

/// <summary>An open transaction of a <see cref="Db"/>; disposing it without a commit rolls back.</summary>
public sealed class UnitOfWork : IAsyncDisposable
{
    private readonly Db db;
    private readonly NpgsqlTransaction? whole;
    private readonly string savepoint = "";
    private bool settled;

    internal UnitOfWork(Db db) => this.db = db;

    private UnitOfWork(Db db, NpgsqlTransaction whole, string savepoint) => (this.db, this.whole, this.savepoint) = (db, whole, savepoint);

    internal static async Task<UnitOfWork> Within(Db db, NpgsqlTransaction whole, string savepoint, CancellationToken ct)
    {
        await whole.SaveAsync(savepoint, ct);
        return new UnitOfWork(db, whole, savepoint);
    }

    public async Task Commit(CancellationToken ct)
    {
        await (whole is null ? db.Commit(ct) : whole.ReleaseAsync(savepoint, ct));
        settled = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (whole is null)
            await db.End();
        else if (!settled && whole.Connection is { State: System.Data.ConnectionState.Open })
            await whole.RollbackAsync(savepoint);
    }
}
