using System.Text.Json;
using Hub.Schemas.Browse;
using Hub.Schemas.Documents;
using Hub.SharedKernel.Modules;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Schemas;

/// <summary>The catalogue of integration types: built in, and private ones of this installation.</summary>
public sealed class SchemasModule : IModule
{
    public string Name => "schemas";

    public void AddServices(IServiceCollection services, IConfiguration configuration) => services.AddSingleton<Catalogue>();

    /// <summary>Judges a schema document as the API would, without a database.</summary>
    /// <param name="document">JSON text.</param>
    /// <returns>What is wrong, by JSON path (<c>fields[2].pattern</c>; <c>$</c> is the whole); empty when it is valid.</returns>
    public static IReadOnlyDictionary<string, string[]> Validate(string document)
    {
        try
        {
            using var json = JsonDocument.Parse(document, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return SchemaRules.Check(json.RootElement);
        }
        catch (JsonException fault) when (fault.Message.Contains("duplicate", StringComparison.OrdinalIgnoreCase))
        {
            return Whole($"gives a member twice: {fault.Message}");
        }
        catch (JsonException fault)
        {
            return Whole($"is not JSON: line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}");
        }
    }

    private static Dictionary<string, string[]> Whole(string message) => new() { ["$"] = [message] };
}
