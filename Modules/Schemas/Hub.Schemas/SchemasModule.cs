using System.Text;
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
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public string Name => "schemas";

    public void AddServices(IServiceCollection services, IConfiguration configuration) => services.AddSingleton<Catalogue>();

    /// <summary>Judges a schema document as the API would, without a database.</summary>
    /// <param name="document">The bytes of a file: JSON in UTF-8, with a byte order mark or without.</param>
    /// <returns>What is wrong, by JSON path (<c>fields[2].pattern</c>; <c>$</c> is the whole); empty when it is valid.</returns>
    public static IReadOnlyDictionary<string, string[]> Validate(ReadOnlyMemory<byte> document)
    {
        if (document.Length > SchemaRules.MaxBytes)
            return Whole($"must have at most {SchemaRules.MaxBytes / 1024} KB");
        if (document.Span.StartsWith(Encoding.UTF8.Preamble))
            document = document[Encoding.UTF8.Preamble.Length..];
        try
        {
            Strict.GetCharCount(document.Span);
            using var json = JsonDocument.Parse(document, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return SchemaRules.Check(json.RootElement);
        }
        catch (DecoderFallbackException fault)
        {
            return Whole($"is not UTF-8: byte {fault.Index + 1}");
        }
        catch (InvalidOperationException)
        {
            return Whole("has a member whose name is half a surrogate pair");
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
