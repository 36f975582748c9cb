using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.SharedKernel.Http;

namespace Hub.Webhooks.Endpoints;

/// <summary>An endpoint with its signing secret, the one time that it is shown.</summary>
internal sealed record WithSecret(EndpointAnswer Endpoint, string Secret)
{
    /// <summary>Stands for a secret that the client sent and therefore has.</summary>
    public const string Given = "[ENCRYPTED]";

    /// <summary>The endpoint's members and <c>secret</c> beside them; a private key stays here.</summary>
    public JsonObject Shown()
    {
        var json = JsonSerializer.SerializeToNode(Endpoint, HubJson.Options)!.AsObject();
        if (!EndpointSecrets.IsPrivate(Secret))
            json["secret"] = Secret;
        return json;
    }

    public override string ToString() => $"Endpoint {Endpoint.Id}";
}
