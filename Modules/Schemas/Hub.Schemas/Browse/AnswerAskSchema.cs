using Hub.Schemas.Contracts;
using MediatR;

namespace Hub.Schemas.Browse;

/// <summary>Other modules' questions for types, answered from memory.</summary>
internal sealed class AnswerAskSchema(Catalogue catalogue) :
    IRequestHandler<AskSchema, IntegrationSchema?>, IRequestHandler<AskSchemas, IReadOnlyList<IntegrationSchema>>
{
    public async Task<IntegrationSchema?> Handle(AskSchema request, CancellationToken cancellationToken) =>
        (await catalogue.Get()).Types.Find(request.IdOrAlias)?.Schema;

    public async Task<IReadOnlyList<IntegrationSchema>> Handle(AskSchemas request, CancellationToken cancellationToken) =>
        (await catalogue.Get()).Types.Schemas;
}
