using Hub.SharedKernel.Data;

namespace Hub.Integrations.Imports;

/// <summary>A part of a transaction that is undone alone when it throws.</summary>
internal sealed class Savepoint(Db db)
{
    public async Task<T> Run<T>(Func<Task<T>> work, CancellationToken ct)
    {
        await db.Execute("savepoint part", null, ct);
        try
        {
            var done = await work();
            await db.Execute("release savepoint part", null, ct);
            return done;
        }
        catch
        {
            await db.Execute("rollback to savepoint part", null, CancellationToken.None);
            throw;
        }
    }
}
