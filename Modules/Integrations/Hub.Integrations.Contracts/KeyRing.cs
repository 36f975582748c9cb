using MediatR;

namespace Hub.Integrations.Contracts;

/// <summary>
/// Makes sure that stored secrets can be decrypted and that a key to encrypt new ones exists; run at every start, after migrations. Throws with the
/// reason, for a person at a terminal, when the master key is missing or another one.
/// </summary>
public sealed record EnsureKeyRing : IRequest;
