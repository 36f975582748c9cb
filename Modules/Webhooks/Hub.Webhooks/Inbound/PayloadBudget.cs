namespace Hub.Webhooks.Inbound;

/// <summary>Bounds the memory that deliveries hold between their first byte and their commit.</summary>
internal sealed class PayloadBudget(WebhookOptions options)
{
    private long used;

    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref used, bytes) <= options.MaxBufferedBytes)
            return true;
        Interlocked.Add(ref used, -bytes);
        return false;
    }

    public void Return(long bytes) => Interlocked.Add(ref used, -bytes);
}
