using System.Text.Json;
using Hub.Integrations.Health;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.Calls;

/// <summary>What certificates a configuration accepts, as <c>auth.tls</c> of its type allows it to say.</summary>
internal static class TrustOf
{
    /// <exception cref="CallFailed">The authority's certificates cannot be read.</exception>
    public static TlsTrust? Configuration(TlsDescription? tls, TemplateValues values)
    {
        if (tls?.VerifyField is { } verify && values.Json(verify) is { ValueKind: JsonValueKind.False })
            return TlsTrust.Anything;
        if (tls?.CaField is not { } field || values.Field(field) is not { } pem)
            return null;
        try
        {
            return TlsTrust.Roots(pem);
        }
        catch (FormatException e)
        {
            throw new CallFailed(FailureReason.Config, $"{field}: {e.Message}");
        }
    }
}
