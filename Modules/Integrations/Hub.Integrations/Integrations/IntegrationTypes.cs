using Hub.Schemas.Contracts;
using Hub.SharedKernel.Problems;
using MediatR;

namespace Hub.Integrations.Integrations;

/// <summary>The catalogue as this module asks for it.</summary>
internal sealed class IntegrationTypes(IMediator mediator)
{
    /// <exception cref="InvalidException">There is no such type; the client named it.</exception>
    public async Task<IntegrationSchema> Named(string idOrAlias, CancellationToken ct) =>
        await Find(idOrAlias, ct) ?? throw new InvalidException(
            "integration_type", "is not a known integration type; GET /api/v1/integrations/schemas lists them");

    /// <exception cref="NotFoundException">There is no such type; the client named it in the address.</exception>
    public async Task<IntegrationSchema> InPath(string idOrAlias, CancellationToken ct) =>
        await Find(idOrAlias, ct) ?? throw NotFoundException.Of("integration schema", idOrAlias);

    /// <summary>The type of a stored integration; null for one that this build's catalogue cannot read: reads go on without it.</summary>
    public Task<IntegrationSchema?> Known(IntegrationRow row, CancellationToken ct) => Find(row.IntegrationType, ct);

    /// <summary>The same where nothing can be done without it.</summary>
    public async Task<IntegrationSchema> Of(IntegrationRow row, CancellationToken ct) =>
        await Find(row.IntegrationType, ct) ?? throw new ConflictException("unknown_type", $"The type {row.IntegrationType} of this integration is not in the catalogue any more.");

    public async Task<IReadOnlyDictionary<string, IntegrationSchema>> All(CancellationToken ct) =>
        (await mediator.Send(new AskSchemas(), ct)).ToDictionary(schema => schema.Id, StringComparer.Ordinal);

    private Task<IntegrationSchema?> Find(string idOrAlias, CancellationToken ct) => mediator.Send(new AskSchema(idOrAlias), ct);
}
