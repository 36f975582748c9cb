using System.Text;

namespace Hub.Schemas.Tests.Documents;

/// <summary>Asks for the mistakes of a document that is given as text.</summary>
internal static class Judge
{
    public static IReadOnlyDictionary<string, string[]> Of(string document) => SchemasModule.Validate(Encoding.UTF8.GetBytes(document));
}
