using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.SharedKernel.Http;

namespace Hub.Integrations.Integrations;

/// <summary>How records are kept in jsonb columns: as at the edge, but what a later version added is skipped on reading.</summary>
internal static class StoredJson
{
    public static readonly JsonSerializerOptions Options = new(HubJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };
}
