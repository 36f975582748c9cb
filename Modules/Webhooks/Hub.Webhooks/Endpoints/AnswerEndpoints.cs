using Hub.SharedKernel.Data;
using Hub.Webhooks.Contracts;
using MediatR;

namespace Hub.Webhooks.Endpoints;

/// <summary>Endpoints for those who keep the hub as a text.</summary>
internal sealed class AnswerEndpoints(Db db, IMediator mediator, EndpointSecrets secrets)
    : IRequestHandler<AskEndpoints, IReadOnlyList<EndpointInfo>>, IRequestHandler<SetEndpoint, long>, IRequestHandler<RemoveEndpoint>
{
    public async Task<IReadOnlyList<EndpointInfo>> Handle(AskEndpoints request, CancellationToken cancellationToken) =>
        [.. (await db.List<EndpointInfo>(SelectAll, null, cancellationToken))
            .Select(one => one with { Secret = secrets.Open(one.Id, one.Secret!) is { } secret && !EndpointSecrets.IsPrivate(secret) ? secret : null })];

    public async Task<long> Handle(SetEndpoint request, CancellationToken cancellationToken)
    {
        var wanted = request.Endpoint;
        if (wanted.Id == 0)
            return (await mediator.Send(new CreateEndpoint.Request(
                wanted.ScopeId, wanted.Url, wanted.EventTypes, wanted.Filter, wanted.Enabled, wanted.RateLimit, wanted.Ordering, wanted.Description, wanted.Secret,
                wanted.Signature, wanted.ContactEmail), cancellationToken))
                .Endpoint.Id;
        var body = new ChangeEndpoint.Body(
            wanted.Url, wanted.EventTypes, wanted.Filter, wanted.Enabled, wanted.RateLimit, wanted.Ordering, wanted.Description, wanted.ScopeId,
            wanted.ContactEmail, wanted.Signature);
        await mediator.Send(new ChangeEndpoint.Request(wanted.Id, body, EveryMember, default), cancellationToken);
        if (wanted.Secret is { } secret)
            await mediator.Send(new RotateEndpointSecret.Request(wanted.Id, secret), cancellationToken);
        return wanted.Id;
    }

    public Task<Unit> Handle(RemoveEndpoint request, CancellationToken cancellationToken) =>
        mediator.Send(new DeleteEndpoint.Request(request.Id, default), cancellationToken);

    private static readonly HashSet<string> EveryMember = new(StringComparer.Ordinal) { "url", "event_types", "filter", "enabled", "rate_limit", "ordering", "description", "contact_email" };

    private const string SelectAll = """
        select id, scope_id, url, description, event_types, filter, state = 'active' as enabled, rate_limit, ordering, secret, signature, contact_email
        from webhooks.endpoints order by id
        """;
}
