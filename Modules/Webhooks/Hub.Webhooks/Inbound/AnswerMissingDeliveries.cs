using Hub.SharedKernel.Data;
using Hub.Webhooks.Contracts;
using MediatR;

namespace Hub.Webhooks.Inbound;

/// <summary>Compares a provider's list of deliveries with the inbox, whatever became of them there.</summary>
internal sealed class AnswerMissingDeliveries(Db db) : IRequestHandler<AskMissingDeliveries, IReadOnlyList<string>>
{
    public Task<IReadOnlyList<string>> Handle(AskMissingDeliveries request, CancellationToken cancellationToken) =>
        db.List<string>(Select, new { request.IntegrationId, ids = request.DeliveryIds.ToArray() }, cancellationToken);

    private const string Select = """
        select a.id
        from unnest(@ids::text[]) with ordinality as a (id, position)
        where not exists (select from webhooks.inbox_keys k where k.integration_id = @integrationId and k.delivery_id = a.id)
        order by a.position
        """;
}
