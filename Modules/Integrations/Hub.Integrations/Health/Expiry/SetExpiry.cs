using System.Text.Json.Nodes;
using FluentValidation;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Health.Expiry;

/// <summary>
/// Notes by hand when a credential ends, for providers that do not tell. It belongs to the credential: storing another one takes it away. The hub warns 30,
/// 7 and 1 days before.
/// </summary>
internal static class SetExpiry
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPut("/{id:long}/expiry", async (long id, Body body, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, body), ct)))
        .RequireRole(Role.Manager)
        .WithSummary("Enter when an integration's credential expires");

    /// <param name="ExpiresAt">The time; null takes an entered one away.</param>
    public sealed record Body(DateTimeOffset? ExpiresAt);

    public sealed record Request(long Id, Body Body) : IRequest<Answer>;

    /// <param name="IntegrationId">Which integration.</param>
    /// <param name="CredentialExpiresAt">The earliest date that is known now, which need not be the entered one.</param>
    /// <param name="CredentialExpirySource">provider, token, certificate or entered.</param>
    /// <param name="HealthStatus">healthy, warning, error or unknown.</param>
    public sealed record Answer(long IntegrationId, DateTimeOffset? CredentialExpiresAt, string? CredentialExpirySource, string HealthStatus);

    private sealed class Rules : AbstractValidator<Request>
    {
        private static readonly DateTimeOffset Least = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
        private static readonly DateTimeOffset Most = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public Rules() => RuleFor(r => r.Body.ExpiresAt)
            .Must(at => at is null || (at >= Least && at < Most)).WithMessage("must be between the years 2000 and 2199");
    }

    private sealed class Handler(Db db, Caller caller, IntegrationStore integrations, HealthStore store, ExpiryStore expiries, HealthLog health, Audit audit)
        : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var row = await integrations.Lock(request.Id, caller.ScopeId, cancellationToken);
            var before = await store.Read(row.Id, cancellationToken) ?? throw NotFoundException.Of("integration", row.Id);
            var at = request.Body.ExpiresAt?.ToUniversalTime();
            if (before.Entered != at)
            {
                await expiries.Enter(row.Id, at, cancellationToken);
                await health.Reconsider(row.Id, before.NextCheckAt, cancellationToken);
                await audit.Record(
                    "integration.expiry_entered", "integration", row.Id, row.ScopePath,
                    AuditDiff.Between(State(before.Entered), State(at)), cancellationToken);
            }

            var after = await store.Read(row.Id, cancellationToken) ?? throw NotFoundException.Of("integration", row.Id);
            await tx.Commit(cancellationToken);
            return new Answer(row.Id, after.Expiry?.At, after.Expiry?.Source, after.HealthStatus);
        }

        private static JsonObject State(DateTimeOffset? at) => new() { ["credential_expires_at"] = at?.ToString("O") };
    }
}
