using FluentValidation;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Smtp.Settings;

/// <summary>How a scope sends mail, without secrets.</summary>
internal static class GetSmtpSettings
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("", async ([FromQuery(Name = "scope_id")] long? scopeId, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(scopeId ?? 0), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Get a scope's SMTP settings");

    public sealed record Request(long ScopeId) : IRequest<SmtpSettingsAnswer>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules() => RuleFor(r => r.ScopeId).GreaterThan(0).WithMessage("is required");
    }

    private sealed class Handler(SmtpSettings settings) : IRequestHandler<Request, SmtpSettingsAnswer>
    {
        public async Task<SmtpSettingsAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            try
            {
                return settings.Answer(await settings.Find(request.ScopeId, cancellationToken), request.ScopeId);
            }
            catch (ConflictException none) when (none.Code is "not_configured")
            {
                throw new NotFoundException(none.Message, none.Code);
            }
        }
    }
}
