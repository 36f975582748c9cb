using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
using MediatR;

namespace Hub.Sync.WebhookRegistrations;

/// <summary>Tells whoever shows an integration's health what is wrong with its webhook.</summary>
internal sealed class AnswerWebhookProblem(Db db) : IRequestHandler<AskWebhookProblem, string?>
{
    public Task<string?> Handle(AskWebhookProblem request, CancellationToken cancellationToken) =>
        db.First<string>(Select, new { request.IntegrationId, scope = request.CallerScopeId }, cancellationToken);

    private const string Select = """
        select problem
        from sync.webhook_registrations
        where integration_id = @integrationId and state = 'problem' and scope_path @> array[@scope]::bigint[]
        """;
}
