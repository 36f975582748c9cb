using MediatR;

namespace Hub.Schemas.Contracts;

/// <summary>One integration type by id or alias; null when there is none.</summary>
public sealed record AskSchema(string IdOrAlias) : IRequest<IntegrationSchema?>;

/// <summary>Every integration type, by display order.</summary>
public sealed record AskSchemas : IRequest<IReadOnlyList<IntegrationSchema>>;
