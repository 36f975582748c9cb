using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Endpoints;

/// <summary>Gives an endpoint a new signing secret, shown this once, or a new pair of keys. For 24 hours messages carry a signature by each, so that receivers can change over.</summary>
internal static class RotateEndpointSecret
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/{id:long}/rotate-secret", async (long id, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok((await mediator.Send(new Request(id), ct)).Shown()))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary("Rotate the signing secret of an endpoint");

    /// <param name="Id">Which endpoint.</param>
    /// <param name="Secret">One that receivers have already; made when null.</param>
    public sealed record Request(long Id, string? Secret = null) : IRequest<WithSecret>
    {
        public override string ToString() => $"Rotate secret of endpoint {Id}";
    }

    private sealed class Handler(Db db, EndpointStore store, EndpointSecrets secrets, Audit audit, TimeProvider time) : IRequestHandler<Request, WithSecret>
    {
        public async Task<WithSecret> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var (before, path) = await store.Lock(request.Id, cancellationToken);
            if (request.Secret is not null && before.Signature is EndpointSecrets.Ed25519Kind)
                throw new InvalidException("secret", "must be absent with signature ed25519: the hub makes the key and never shows its private part");
            var secret = request.Secret ?? EndpointSecrets.New(before.Signature);
            var after = await db.One<EndpointAnswer>(
                Update, new
                {
                    request.Id,
                    secret = secrets.Seal(request.Id, secret),
                    publicKey = EndpointSecrets.PublicKeyOf(secret),
                    until = time.GetUtcNow() + EndpointSecrets.Overlap,
                }, cancellationToken);
            await audit.Record("endpoint.secret_rotated", "endpoint", request.Id, path, new System.Text.Json.Nodes.JsonObject().WithSecrets(["secret"]), cancellationToken);
            await tx.Commit(cancellationToken);
            return new WithSecret(after, secret);
        }
    }

    private const string Update = $"""
        update webhooks.endpoints
        set previous_secret = secret, previous_until = @until, secret = @secret, public_key = @publicKey, version = version + 1, updated_at = now()
        where id = @id
        returning {EndpointAnswer.Columns}
        """;
}
