using MediatR;

namespace Hub.Integrations.Contracts;

/// <summary>
/// Makes a new key and begins to encrypt every stored secret with it. Refused as a conflict (<c>rotation_running</c>) while another rotation runs. The
/// work is done by <see cref="ContinueSecretRotation"/> of whoever asks for it: the hubs that serve do so by themselves.
/// </summary>
public sealed record StartSecretRotation : IRequest<SecretRotation>;

/// <summary>One rotation, or the running one, else the last one, when <paramref name="Id"/> is null; null when there is none.</summary>
public sealed record AskSecretRotation(long? Id = null) : IRequest<SecretRotation?>;

/// <summary>Encrypts the next rows of the running rotation, in a transaction of its own.</summary>
/// <returns>How many rows were looked at; 0 when there is nothing to do now, also while somebody else is at it.</returns>
public sealed record ContinueSecretRotation : IRequest<int>;

/// <param name="Id">Its id.</param>
/// <param name="State">running or completed.</param>
/// <param name="KeyId">The key that secrets are encrypted with afterwards.</param>
/// <param name="Total">How many secrets there are to encrypt.</param>
/// <param name="Done">How many were encrypted.</param>
/// <param name="Unreadable">Secrets that no key opens; they stay as they are and must be entered again.</param>
/// <param name="Stores">The same by table.</param>
/// <param name="RequestedBy">Whose key asked for it, or the command line.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="CompletedAt">When it was through.</param>
public sealed record SecretRotation(
    long Id, string State, Guid KeyId, long Total, long Done, long Unreadable, IReadOnlyDictionary<string, SecretRotationStore> Stores, string RequestedBy,
    DateTimeOffset StartedAt, DateTimeOffset? CompletedAt);

/// <param name="Done">Secrets encrypted with the new key.</param>
/// <param name="Unreadable">Secrets that no key opens.</param>
public sealed record SecretRotationStore(long Done, long Unreadable);

/// <summary>Which keys there are, what they are used for, and which secrets cannot be opened. Opens every secret: for a person at a terminal.</summary>
public sealed record AskSecretsStatus : IRequest<SecretsStatus>;

/// <param name="MasterKeyId">Names the master key without telling it.</param>
/// <param name="Keys">The ring, oldest first.</param>
/// <param name="Secrets">How many secrets each key encrypts, by table.</param>
/// <param name="Unreadable">Rows with secrets that no key opens.</param>
public sealed record SecretsStatus(
    string MasterKeyId, IReadOnlyList<RingKey> Keys, IReadOnlyList<SecretsOfKey> Secrets, IReadOnlyList<UnreadableSecrets> Unreadable);

/// <param name="Id">The key's id.</param>
/// <param name="State">current, readable, archived, or lost (the master key does not open it).</param>
/// <param name="WrappedWith">The master key that wraps it, by its name.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record RingKey(Guid Id, string State, string WrappedWith, DateTimeOffset CreatedAt);

/// <param name="KeyId">Null for what is no ciphertext.</param>
/// <param name="Store">The table.</param>
/// <param name="Secrets">How many.</param>
public sealed record SecretsOfKey(Guid? KeyId, string Store, long Secrets);

/// <param name="Owner">Whose they are, such as <c>integration:12</c>.</param>
/// <param name="Fields">Which.</param>
public sealed record UnreadableSecrets(string Owner, IReadOnlyList<string> Fields);

/// <summary>
/// Wraps the key ring with another master key, all of it or nothing. Refused with the reason, for a person at a terminal, when the present master key does
/// not open it.
/// </summary>
/// <param name="NewMasterKey">Base64 of 32 bytes.</param>
public sealed record RewrapKeyRing(string NewMasterKey) : IRequest<RewrappedKeyRing>
{
    public override string ToString() => nameof(RewrapKeyRing);
}

/// <param name="Keys">How many keys were wrapped anew.</param>
/// <param name="MasterKeyId">Names the new master key.</param>
public sealed record RewrappedKeyRing(int Keys, string MasterKeyId);
