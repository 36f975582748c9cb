namespace Hub.Webhooks.Verification;

/// <summary>How and where a delivery was sent, as its sender saw it.</summary>
/// <param name="Method">Upper case.</param>
/// <param name="Url">The whole address: the hub's own as providers reach it, with path and query as they were called.</param>
internal sealed record SignedCall(string Method, string Url)
{
    // The address may hold the token that names the integration.
    public override string ToString() => nameof(SignedCall);
}
