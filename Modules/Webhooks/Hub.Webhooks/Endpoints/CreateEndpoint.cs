using System.Text.Json;
using FluentValidation;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Endpoints;

/// <summary>Subscribes an address to events of a scope and what lies below it. A signing secret that the hub makes is in the answer and is not shown again.</summary>
internal static class CreateEndpoint
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("", async (Request request, IMediator mediator, CancellationToken ct) =>
        {
            var created = await mediator.Send(request, ct);
            return TypedResults.Created($"/api/v1/webhooks/endpoints/{created.Endpoint.Id}", created.Shown());
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary("Subscribe an endpoint to events");

    /// <param name="ScopeId">It is told of what happens there and below.</param>
    /// <param name="Url">Where messages are posted.</param>
    /// <param name="EventTypes">Names, or <c>ticket.*</c>; none for all.</param>
    /// <param name="Filter">An object that a message's <c>data</c> must contain.</param>
    /// <param name="Enabled">Default true; else it is paused, and messages wait.</param>
    /// <param name="RateLimit">At most so many deliveries a second, 1-1000.</param>
    /// <param name="Ordering"><c>none</c> (default) or <c>entity</c>.</param>
    /// <param name="Description">What people call it.</param>
    /// <param name="Secret">One that receivers have already, <c>whsec_...</c>; made when absent. Not for ed25519.</param>
    /// <param name="Signature"><c>hmac</c> (default), or <c>ed25519</c>: receivers verify with the public key and could not sign themselves.</param>
    /// <param name="ContactEmail">Who is told by mail when it fails, is held back, recovers or is switched off.</param>
    public sealed record Request(
        long ScopeId, string Url, IReadOnlyList<string>? EventTypes = null, JsonElement? Filter = null, bool? Enabled = null, int? RateLimit = null,
        string? Ordering = null, string? Description = null, string? Secret = null, string? Signature = null, string? ContactEmail = null)
        : IRequest<WithSecret>
    {
        public override string ToString() => $"Create endpoint of scope {ScopeId}";
    }

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.ScopeId).GreaterThan(0).WithMessage("is required");
            RuleFor(r => r.Url).IsEndpointUrl();
            RuleFor(r => r.EventTypes).AreEventTypes();
            RuleFor(r => r.Filter).IsFilter();
            RuleFor(r => r.RateLimit).IsRateLimit();
            RuleFor(r => r.Ordering).IsOrdering();
            RuleFor(r => r.Description).IsDescription();
            RuleFor(r => r.Secret).Must(secret => secret is null || EndpointSecrets.Key(secret) is not null)
                .WithMessage("must be whsec_ and 24 to 64 bytes in base64");
            RuleFor(r => r.Secret).Null().When(r => r.Signature is EndpointSecrets.Ed25519Kind)
                .WithMessage("must be absent with signature ed25519: the hub makes the key and never shows its private part");
            RuleFor(r => r.Signature).Must(signature => signature is null or EndpointSecrets.HmacKind or EndpointSecrets.Ed25519Kind)
                .WithMessage("must be hmac or ed25519");
            RuleFor(r => r.ContactEmail).IsContact();
        }
    }

    private sealed class Handler(Db db, Caller caller, IMediator mediator, EndpointSecrets secrets, Audit audit) : IRequestHandler<Request, WithSecret>
    {
        public async Task<WithSecret> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var scope = await mediator.Send(new AskScope(request.ScopeId, caller.ScopeId), cancellationToken) ?? throw NotFoundException.Of("scope", request.ScopeId);
            var id = await db.One<long>("select nextval(pg_get_serial_sequence('webhooks.endpoints', 'id'))", null, cancellationToken);
            var signature = request.Signature ?? EndpointSecrets.HmacKind;
            var secret = request.Secret ?? EndpointSecrets.New(signature);
            var created = await db.One<EndpointAnswer>(Insert, new
            {
                id,
                request.ScopeId,
                scopePath = scope.Path,
                request.Url,
                request.Description,
                eventTypes = EndpointRules.Normal(request.EventTypes),
                filter = request.Filter is { ValueKind: JsonValueKind.Object } filter ? filter : (JsonElement?)null,
                ordering = request.Ordering ?? "none",
                request.RateLimit,
                state = request.Enabled is false ? EndpointState.Paused : EndpointState.Active,
                secret = secrets.Seal(id, secret),
                signature,
                publicKey = EndpointSecrets.PublicKeyOf(secret),
                request.ContactEmail,
            }, cancellationToken);
            await audit.Record("endpoint.created", "endpoint", id, scope.Path, EndpointAnswer.Diff(null, created).WithSecrets(["secret"]), cancellationToken);
            await tx.Commit(cancellationToken);
            return new WithSecret(created, request.Secret is null ? secret : WithSecret.Given);
        }
    }

    private const string Insert = $"""
        insert into webhooks.endpoints (id, scope_id, scope_path, url, description, event_types, filter, ordering, rate_limit, state, secret,
            signature, public_key, contact_email)
        overriding system value
        values (@id, @scopeId, @scopePath, @url, @description, @eventTypes, @filter, @ordering, @rateLimit, @state, @secret,
            @signature, @publicKey, @contactEmail)
        returning {EndpointAnswer.Columns}
        """;
}
