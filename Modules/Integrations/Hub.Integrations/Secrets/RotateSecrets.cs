using System.Text.Json.Nodes;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using Hub.SharedKernel.Secrets;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Secrets;

/// <summary>Makes a new key, which seals from now on in every replica, and has all stored secrets encrypted with it. One rotation at a time.</summary>
internal static class RotateSecrets
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/rotate", async (IMediator mediator, CancellationToken ct) =>
        {
            var started = await mediator.Send(new StartSecretRotation(), ct);
            return TypedResults.Accepted($"/api/v1/secrets/rotations/{started.Id}", started);
        })
        .RequirePlatformAdmin()
        .ProducesProblem(StatusCodes.Status409Conflict)
        .WithSummary("Rotate the key that encrypts secrets");

    private sealed class Handler(Db db, CallerAccessor caller, LiveKeyRing ring, MasterKey master, IEnumerable<ISealedRows> stores, Audit audit)
        : IRequestHandler<StartSecretRotation, SecretRotation>
    {
        public async Task<SecretRotation> Handle(StartSecretRotation request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var requestedBy = caller.Current?.Name ?? "the command line";
            // Claimed before a key is made: of two who ask at once only one makes a key.
            if (await db.First<long?>(Claim, new { requestedBy }, cancellationToken) is not { } id)
                throw Running(await db.First<long?>(SelectRunning, null, cancellationToken));
            if (await db.One<bool>(IsForeign, new { kid = $"{KeyWrapper.KeyIdAttribute}=\"{master.Id}\"" }, cancellationToken))
                throw new ConflictException("key_ring_rewrapped", "The key ring was wrapped with another master key after this hub started. Start it with the new key, then rotate.");
            var keyId = ring.Make();
            var counts = await Counts(cancellationToken);
            var row = await db.One<RotationRow>(Start, new { id, keyId, total = counts.Sum(count => count.Secrets) }, cancellationToken);
            await audit.Record("secrets.rotation_started", "secret_rotation", id, [Caller.PlatformScope], new JsonObject { ["key_id"] = keyId.ToString() }, cancellationToken);
            await tx.Commit(cancellationToken);
            return row.Shown();
        }

        private async Task<IReadOnlyList<SealedCount>> Counts(CancellationToken ct)
        {
            var all = new List<SealedCount>();
            foreach (var store in stores)
                all.AddRange(await store.Count(ct));
            return all;
        }

        private static ConflictException Running(long? id) => new("rotation_running", $"Rotation {id} is under way. Wait for it: GET /api/v1/secrets/rotations/{id}.")
        {
            Extensions = new Dictionary<string, object?> { ["rotation_id"] = id },
        };
    }

    private const string Claim = """
        insert into integrations.secret_rotations (state, key_id, requested_by)
        values ('running', '00000000-0000-0000-0000-000000000000', @requestedBy)
        on conflict (state) where state = 'running' do nothing
        returning id
        """;

    private const string SelectRunning = "select id from integrations.secret_rotations where state = 'running'";

    // A key that this process wraps with the former master key could not be opened by the next start.
    private const string IsForeign = """
        select exists (select from integrations.data_protection_keys where lost_at is null and archived_at is null and strpos(xml, @kid) = 0)
        """;

    private const string Start = $"""
        with told as (select pg_notify('integrations_rotation', ''))
        update integrations.secret_rotations set key_id = @keyId, total = @total
        from told
        where id = @id
        returning {RotationRow.Columns}
        """;
}
