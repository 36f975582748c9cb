namespace Hub.Webhooks.Verification;

/// <summary>What a delivery's proof came to. The sender only learns proven or not; the rest is for counting.</summary>
internal enum Verdict
{
    Proven,

    /// <summary>No secret is set, or it is not of the form the scheme needs.</summary>
    NotConfigured,

    /// <summary>A header of the proof is missing.</summary>
    MissingSignature,

    /// <summary>A header is given twice, or its form is wrong.</summary>
    MalformedSignature,

    /// <summary>The time that was signed is too old or in the future.</summary>
    Stale,
    BadSignature,
}
