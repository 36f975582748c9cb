using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Integrations.Integrations;

/// <summary>Tells how many integrations a type has anywhere, so that a type in use is never deleted.</summary>
internal sealed class AnswerCountIntegrations(Db db) : IRequestHandler<CountIntegrations, int>
{
    public Task<int> Handle(CountIntegrations request, CancellationToken cancellationToken) =>
        db.One<int>("select count(*)::int from integrations.integrations where integration_type = @Type", new { request.Type }, cancellationToken);
}
