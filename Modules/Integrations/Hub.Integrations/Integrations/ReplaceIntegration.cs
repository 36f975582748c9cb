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

/// <summary>PUT replaces: what is not sent goes back to its default, values and secrets that are not sent are removed; a secret's placeholder keeps it.</summary>
internal static class ReplaceIntegration
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPut("/{id:long}", async (long id, Body body, IfMatch ifMatch, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, body, ifMatch), ct)))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .WithSummary("Replace an integration");

    /// <param name="Name">1-200 characters, unique in the scope whatever the case.</param>
    /// <param name="Configuration">All values by field.</param>
    /// <param name="Enabled">Default true.</param>
    /// <param name="Priority">1-1000, default 100, lower first.</param>
    /// <param name="SecretSource">stored (default) or environment (platform admins).</param>
    /// <param name="IntegrationType">Cannot change; accepted only as it is.</param>
    /// <param name="ScopeId">Cannot change; accepted only as it is.</param>
    public sealed record Body(
        string Name, IReadOnlyDictionary<string, JsonElement> Configuration, bool? Enabled = null, int? Priority = null, string? SecretSource = null,
        string? IntegrationType = null, long? ScopeId = null);

    public sealed record Request(long Id, Body Body, IfMatch IfMatch) : IRequest<IntegrationAnswer>
    {
        public override string ToString() => $"Replace integration {Id}";
    }

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.Body.Name).IsName();
            RuleFor(r => r.Body.Configuration).NotNull().WithMessage("is required");
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
                _ => new IntegrationEdit.Sent(
                    body.Name, body.Enabled ?? true, body.Priority ?? 100, body.SecretSource ?? SecretSources.Stored, body.Configuration, Replace: true),
                cancellationToken);
        }
    }
}
