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

    public bool InTransaction => transaction is not null;

    /// <summary>Opens the scope's transaction. It rolls back unless <see cref="UnitOfWork.Commit"/> is called; never hold it across an HTTP call.</summary>
    public async Task<UnitOfWork> Begin(CancellationToken ct)
    {
        if (transaction is not null)
            throw new InvalidOperationException("A transaction is already open in this scope.");
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
        (transaction, connection) = (null, null);
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
public sealed class UnitOfWork(Db db) : IAsyncDisposable
{
    public Task Commit(CancellationToken ct) => db.Commit(ct);

    public async ValueTask DisposeAsync() => await db.End();
}
