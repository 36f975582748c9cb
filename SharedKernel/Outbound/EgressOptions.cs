using Microsoft.Extensions.Configuration;

namespace Hub.SharedKernel.Outbound;

/// <summary>Where outbound calls may go beside the public Internet. Configuration section <c>Hub:Egress</c>.</summary>
public sealed class EgressOptions
{
    public const string Section = "Hub:Egress";

    /// <summary>The setting's name as an operator writes it in the environment, for messages.</summary>
    public const string Setting = "Hub__Egress__AllowedNetworks";

    /// <summary>
    /// Networks in CIDR form (<c>10.0.0.0/8</c>, <c>fd12::/16</c>; a bare address stands for itself alone) that calls may reach although they
    /// are not public. Written as one list with commas or as indexed entries. Metadata addresses of clouds need an entry of exactly their own
    /// (<c>169.254.169.254/32</c>): a wider network does not open them.
    /// </summary>
    public string[] AllowedNetworks { get; set; } = [];

    internal static string[] Read(IConfiguration configuration)
    {
        var section = configuration.GetSection($"{Section}:{nameof(AllowedNetworks)}");
        return [.. section.GetChildren().Select(child => child.Value).Prepend(section.Value).SelectMany(Split)];
    }

    private static string[] Split(string? list) =>
        list?.Split([',', ';', ' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
