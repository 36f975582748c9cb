using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Hub.SharedKernel.Outbound;

public static class OutboundServices
{
    /// <summary>
    /// Adds <see cref="OutboundHttp"/>, <see cref="OutboundSockets"/> and <see cref="AddressPolicy"/>. The host does not start with unreadable networks.
    /// </summary>
    public static IServiceCollection AddOutboundHttp(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<EgressOptions>().Configure(options => options.AllowedNetworks = EgressOptions.Read(configuration)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EgressOptions>, ReadableNetworks>();
        services.AddSingleton(provider => new AddressPolicy(provider.GetRequiredService<IOptions<EgressOptions>>().Value.AllowedNetworks));
        return services.AddSingleton<OutboundHttp>().AddSingleton<OutboundSockets>();
    }

    private sealed class ReadableNetworks : IValidateOptions<EgressOptions>
    {
        public ValidateOptionsResult Validate(string? name, EgressOptions options)
        {
            try
            {
                _ = new AddressPolicy(options.AllowedNetworks);
                return ValidateOptionsResult.Success;
            }
            catch (FormatException e)
            {
                return ValidateOptionsResult.Fail(e.Message);
            }
        }
    }
}
