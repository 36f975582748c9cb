using System.Text.Json;
using FluentValidation;
using Hub.Integrations.Scopes;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Http;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Integrations;

/// <summary>
/// PATCH merges: what is not sent stays, null removes a value, a secret's placeholder keeps it, objects in JSON fields merge member by member (RFC 7396).
/// </summary>
internal static class ChangeIntegration
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPatch("/{id:long}", async (long id, Body body, IfMatch ifMatch, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, body, ifMatch), ct)))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .WithSummary("Change an integration");

    /// <param name="Name">1-200 characters, unique in the scope whatever the case.</param>
    /// <param name="Configuration">Values to merge, by field.</param>
    /// <param name="Enabled">Switches it on or off.</param>
    /// <param name="Priority">1-1000, lower first.</param>
    /// <param name="SecretSource">stored or environment (platform admins).</param>
    /// <param name="IntegrationType">Cannot change; accepted only as it is.</param>
    /// <param name="ScopeId">Cannot change; accepted only as it is.</param>
    public sealed record Body(
        string? Name = null, IReadOnlyDictionary<string, JsonElement>? Configuration = null, bool? Enabled = null, int? Priority = null,
        string? SecretSource = null, string? IntegrationType = null, long? ScopeId = null);

    public sealed record Request(long Id, Body Body, IfMatch IfMatch) : IRequest<IntegrationAnswer>
    {
        public override string ToString() => $"Change integration {Id}";
    }

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.Body.Name).IsName().When(r => r.Body.Name is not null);
            RuleFor(r => r.Body.Priority).IsPriority();
            RuleFor(r => r.Body.SecretSource).IsSecretSource();
        }
    }

    private sealed class Handler(IntegrationEdit edit) : IRequestHandler<Request, IntegrationAnswer>
    {
        public Task<IntegrationAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            var body = request.Body;
            return edit.Run(
                request.Id, request.IfMatch, new IntegrationEdit.Fixed(body.IntegrationType, body.ScopeId),
                row => new IntegrationEdit.Sent(
                    body.Name ?? row.Name, body.Enabled ?? row.Enabled, body.Priority ?? row.Priority, body.SecretSource ?? row.SecretSource,
                    body.Configuration, Replace: false),
                cancellationToken);
        }
    }
}
