using System.Text.Json;
using FluentValidation;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Endpoints;

/// <summary>PATCH merges: what is not sent stays; null takes a member away. Enabling it, or giving it another address, forgets its failures.</summary>
internal static class ChangeEndpoint
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPatch("/{id:long}", async (long id, JsonElement body, IfMatch ifMatch, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(Request.Read(id, body, ifMatch), ct)))
        .Accepts<Body>("application/json")
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .WithSummary("Change an endpoint");

    /// <inheritdoc cref="CreateEndpoint.Request"/>
    public sealed record Body(
        string? Url = null, IReadOnlyList<string>? EventTypes = null, JsonElement? Filter = null, bool? Enabled = null, int? RateLimit = null,
        string? Ordering = null, string? Description = null, long? ScopeId = null, string? ContactEmail = null, string? Signature = null);

    /// <param name="Id">Which endpoint.</param>
    /// <param name="Body">What was sent.</param>
    /// <param name="Sent">Names of the members that were sent, null or not.</param>
    /// <param name="IfMatch">The version that the client saw.</param>
    public sealed record Request(long Id, Body Body, IReadOnlySet<string> Sent, IfMatch IfMatch) : IRequest<EndpointAnswer>
    {
        public static Request Read(long id, JsonElement body, IfMatch ifMatch)
        {
            if (body.ValueKind is not JsonValueKind.Object)
                throw new InvalidException("$", "must be an object");
            return new Request(id, body.Deserialize<Body>(HubJson.Options)!, body.EnumerateObject().Select(member => member.Name).ToHashSet(StringComparer.Ordinal), ifMatch);
        }
    }

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.Body.Url).IsEndpointUrl().When(r => r.Sent.Contains("url"));
            RuleFor(r => r.Body.EventTypes).AreEventTypes();
            RuleFor(r => r.Body.Filter).IsFilter();
            RuleFor(r => r.Body.RateLimit).IsRateLimit();
            RuleFor(r => r.Body.Ordering).IsOrdering();
            RuleFor(r => r.Body.Description).IsDescription();
            RuleFor(r => r.Body.ContactEmail).IsContact();
        }
    }

    private sealed class Handler(Db db, EndpointStore store, Audit audit) : IRequestHandler<Request, EndpointAnswer>
    {
        public async Task<EndpointAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var (before, path) = await store.Lock(request.Id, cancellationToken);
            request.IfMatch.Require(before.Version);
            var (body, sent) = (request.Body, request.Sent);
            if (body.ScopeId is { } scope && scope != before.ScopeId)
                throw new InvalidException("scope_id", "cannot change: an endpoint stays in its scope. Create another one there and delete this one.");
            if (body.Signature is { } signature && signature != before.Signature)
                throw new InvalidException("signature", "cannot change: receivers verify either way. Create another endpoint and delete this one.");
            var state = body.Enabled switch
            {
                true => EndpointState.Active,
                false when before.State is EndpointState.Active => EndpointState.Paused,
                _ => before.State,
            };
            var wanted = new
            {
                request.Id,
                url = body.Url ?? before.Url,
                eventTypes = sent.Contains("event_types") ? EndpointRules.Normal(body.EventTypes) : before.EventTypes,
                filter = sent.Contains("filter") ? body.Filter is { ValueKind: JsonValueKind.Object } filter ? filter : null : before.Filter,
                rateLimit = sent.Contains("rate_limit") ? body.RateLimit : before.RateLimit,
                ordering = body.Ordering ?? before.Ordering,
                description = sent.Contains("description") ? body.Description : before.Description,
                contactEmail = sent.Contains("contact_email") ? body.ContactEmail : before.ContactEmail,
                state,
                revived = state is EndpointState.Active
                    && (before.State is not EndpointState.Active || (before.FailingSince is not null && (body.Enabled is true || (body.Url ?? before.Url) != before.Url))),
            };
            if (!wanted.revived && EndpointAnswer.Diff(before, before with
            {
                Url = wanted.url, EventTypes = wanted.eventTypes, Filter = wanted.filter, RateLimit = wanted.rateLimit, Ordering = wanted.ordering,
                Description = wanted.description, ContactEmail = wanted.contactEmail, State = state,
            }).Count == 0)
                return before;

            var after = await db.One<EndpointAnswer>(Update, wanted, cancellationToken);
            await audit.Record("endpoint.updated", "endpoint", after.Id, path, EndpointAnswer.Diff(before, after), cancellationToken);
            await tx.Commit(cancellationToken);
            return after;
        }
    }

    private const string Update = $"""
        with woken as (select pg_notify('hub_deliveries', ''))
        update webhooks.endpoints
        set url = @url, event_types = @eventTypes, filter = @filter, rate_limit = @rateLimit, ordering = @ordering, description = @description, state = @state,
            contact_email = @contactEmail, disabled_reason = case when @state = 'disabled' then disabled_reason end,
            failures = case when @revived then 0 else failures end, failing_since = case when @revived then null else failing_since end,
            last_failure_at = case when @revived then null else last_failure_at end,
            breaker = case when @revived then 'closed' else breaker end, open_until = case when @revived then null else open_until end,
            times_opened = case when @revived then 0 else times_opened end, slow_start = case when @revived then 1 else slow_start end,
            not_before = case when @revived then null else not_before end,
            version = version + 1, updated_at = now()
        from woken
        where id = @id
        returning {EndpointAnswer.Columns}
        """;
}
