using Hub.Integrations.Calls;
using Hub.Integrations.Integrations;

namespace Hub.Integrations.ConnectionTests.Declared;

/// <summary>
/// Tests any type by the requests that its schema document describes. Tokens are asked for anew. The first request proves the credential; the ones
/// that follow, what it is let do.
/// </summary>
internal sealed class DeclaredTest(Authenticators authenticators, TimeProvider time)
{
    public async Task<Finding> Run(EffectiveConfiguration subject, TestProbe probe, CancellationToken ct)
    {
        var run = new DeclaredRun(authenticators, subject, probe, time);
        try
        {
            return await run.Go(ct);
        }
        catch (CallFailed failure)
        {
            throw probe.Failed(run.Step, failure.Reason, failure.Message);
        }
    }
}
