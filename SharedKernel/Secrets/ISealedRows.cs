using System.Text.Json.Nodes;

namespace Hub.SharedKernel.Secrets;

/// <summary>
/// A table that keeps ciphertexts of <see cref="SecretProtector"/>. Whoever has one registers it, so that its rows are encrypted anew when the keys are
/// rotated. Works in the caller's transaction.
/// </summary>
public interface ISealedRows
{
    /// <summary>The table, such as <c>integrations.integrations</c>.</summary>
    string Name { get; }

    /// <summary>How many ciphertexts there are, by their first <see cref="SealedText.PrefixLength"/> characters.</summary>
    Task<IReadOnlyList<SealedCount>> Count(CancellationToken ct);

    /// <summary>Rows with a ciphertext that does not begin with <paramref name="current"/>, by key.</summary>
    /// <param name="current">What ciphertexts of the current key begin with; empty text finds every row.</param>
    /// <param name="after">Only rows behind this key; null from the first.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="locked">Locks them for the transaction, and passes over those that somebody else has locked.</param>
    /// <param name="ct">Cancels the read.</param>
    Task<IReadOnlyList<SealedRow>> Read(string current, string? after, int limit, bool locked, CancellationToken ct);

    /// <summary>Stores other ciphertexts of the same secrets in locked rows. No version moves: nothing changed that anybody sees.</summary>
    Task Replace(IReadOnlyList<SealedRow> rows, CancellationToken ct);
}

/// <param name="Prefix">How the ciphertexts begin.</param>
/// <param name="Secrets">How many there are.</param>
public sealed record SealedCount(string Prefix, long Secrets);

/// <param name="Key">The row's key as text; rows are read in its order.</param>
/// <param name="Owner">What its ciphertexts are bound to.</param>
/// <param name="Secrets">Ciphertexts by field.</param>
public sealed record SealedRow(string Key, string Owner, JsonObject Secrets)
{
    public override string ToString() => $"Sealed row {Key}";
}
