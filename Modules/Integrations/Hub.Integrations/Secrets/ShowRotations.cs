using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Secrets;

/// <summary>Rotations, the newest first, and how far one is.</summary>
internal static class ShowRotations
{
    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapGet("/rotations", async (int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(new Request(PageRequest.Read(limit, cursor, "rotations")), ct)))
            .RequirePlatformAdmin()
            .WithSummary("List rotations");
        group.MapGet("/rotations/{id:long}", async (long id, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(new AskSecretRotation(id), ct) ?? throw NotFoundException.Of("rotation", id)))
            .RequirePlatformAdmin()
            .WithSummary("Get a rotation");
    }

    public sealed record Request(PageRequest Page) : IRequest<Page<SecretRotation>>;

    private sealed class Handler(Db db) : IRequestHandler<Request, Page<SecretRotation>>, IRequestHandler<AskSecretRotation, SecretRotation?>
    {
        public async Task<Page<SecretRotation>> Handle(Request request, CancellationToken cancellationToken)
        {
            var rows = await db.List<RotationRow>(List, new { before = request.Page.AfterId, fetch = request.Page.Fetch }, cancellationToken);
            return request.Page.Page([.. rows.Select(row => row.Shown())], rotation => rotation.Id);
        }

        public async Task<SecretRotation?> Handle(AskSecretRotation request, CancellationToken cancellationToken) =>
            (await db.First<RotationRow>(One, new { request.Id }, cancellationToken))?.Shown();
    }

    private const string List = $"""
        select {RotationRow.Columns} from integrations.secret_rotations
        where @before::bigint is null or id < @before
        order by id desc
        limit @fetch
        """;

    private const string One = $"""
        select {RotationRow.Columns} from integrations.secret_rotations
        where @id::bigint is null or id = @id
        order by id desc
        limit 1
        """;
}
