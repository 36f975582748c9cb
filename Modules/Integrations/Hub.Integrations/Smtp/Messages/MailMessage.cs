namespace Hub.Integrations.Smtp.Messages;

/// <summary>A message before it is put into bytes.</summary>
/// <param name="Id">Without angle brackets, unique for ever.</param>
/// <param name="Date">When it was made.</param>
/// <param name="From">The sender, of the envelope and of the header.</param>
/// <param name="ReplyTo">Where answers go, if not to the sender.</param>
/// <param name="To">At least one of these or of <paramref name="Cc"/>.</param>
/// <param name="Cc">Copies.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">The plain text; null when there is only HTML.</param>
/// <param name="Html">The HTML; null when there is only text.</param>
internal sealed record MailMessage(
    string Id, DateTimeOffset Date, MailAddress From, MailAddress? ReplyTo, IReadOnlyList<MailAddress> To, IReadOnlyList<MailAddress> Cc, string Subject,
    string? Text, string? Html)
{
    public IEnumerable<MailAddress> Recipients => To.Concat(Cc).DistinctBy(address => address.Wire, StringComparer.Ordinal);

    /// <summary>Whether addresses need a server that takes them as they are (RFC 6531).</summary>
    public bool NeedsUtf8 => Recipients.Append(From).Concat(ReplyTo is { } reply ? [reply] : []).Any(address => address.NeedsUtf8);

    public override string ToString() => $"Message {Id}";
}
