using MediatR;

namespace Hub.Schemas.Contracts;

/// <summary>
/// A private type was created or replaced. Published inside the transaction of the change: until it commits, <see cref="AskSchema"/> still answers with
/// the version before.
/// </summary>
/// <param name="Id">Which type.</param>
/// <param name="Version">1 when it is new.</param>
/// <param name="Schema">The type as it is from now on.</param>
public sealed record SchemaChanged(string Id, int Version, IntegrationSchema Schema) : INotification;
