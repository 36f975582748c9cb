using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hub.Schemas.Documents;

/// <summary>The rules for a whole schema document. The one judge of documents: the API, the command line and the tests of the built-in types ask it.</summary>
internal static partial class SchemaRules
{
    public const int MaxBytes = 256 * 1024;

    private const string IdHint = "must be a name in snake_case of at most 63 characters";

    private static readonly string[] Members =
    [
        "id", "name", "category", "platform_name", "integration_category", "description", "docs_url", "icon_url", "display_order", "featured", "aliases",
        "version", "capabilities", "fields", "auth", "test", "webhook",
        // The hub's own: there in every answer, so a document may be read, changed and sent back.
        "source", "created_at", "updated_at", "problem",
        // For editors, which find the JSON Schema there.
        "$schema",
    ];

    /// <param name="document">The document as it was sent.</param>
    /// <returns>What is wrong, by JSON path; empty when it is valid.</returns>
    public static IReadOnlyDictionary<string, string[]> Check(JsonElement document)
    {
        var findings = new Findings();
        var root = new Node(document, "", findings);
        if (!Legibility.Check(document, findings) || !root.IsObject(Members))
            return findings.All;
        root.Text("$schema", max: 2000);
        root.Text("id", required: true, Id(), IdHint);
        root.Text("name", required: true, max: 80);
        root.OneOf("category", Vocabulary.Categories, required: true);
        root.Text("platform_name", required: true, Id(), IdHint);
        root.OneOf("integration_category", Vocabulary.IntegrationCategories, required: true);
        root.Text("description", required: true);
        root.Text("docs_url", form: WebAddress(), hint: "must be an https address", max: 2000);
        root.Text("icon_url", form: IconAddress(), hint: "must be an https address, or a path below /icons/", max: 2000);
        root.Number("display_order", 0, 1_000_000);
        root.Number("version", 1, int.MaxValue);
        root.Flag("featured");
        foreach (var alias in root.Texts("aliases"))
            if (!Id().IsMatch(alias))
                root.Report("aliases", $"'{alias}' {IdHint}");
        CheckCapabilities(root);
        var fields = FieldRules.Check(root);
        var known = AuthRules.Check(root, fields);
        TestRules.Check(root, fields, known);
        WebhookRules.Check(root, fields);
        return findings.All;
    }

    private static void CheckCapabilities(Node root)
    {
        var capabilities = root.Texts("capabilities");
        foreach (var unknown in capabilities.Except(Vocabulary.Capabilities))
            root.Report("capabilities", $"'{unknown}' is not one of {string.Join(", ", Vocabulary.Capabilities)}");
        foreach (var (capability, member) in new[] { ("test", "test"), ("webhook_in", "webhook") })
            if (capabilities.Contains(capability) != root.Member(member) is not null)
                root.Report("capabilities", $"'{capability}' and the description in '{member}' belong together: give both or neither");
        if (capabilities.Contains("oauth") != AuthRules.HasGrant(root))
            root.Report("capabilities", $"'oauth' and a method of the kind {Vocabulary.AuthorizationCode} belong together: give both or neither");
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,62}$")]
    private static partial Regex Id();

    [GeneratedRegex(@"^https://[^\s]+$")]
    private static partial Regex WebAddress();

    [GeneratedRegex(@"^(https://[^\s]+|/icons/[A-Za-z0-9_.-]+)$")]
    private static partial Regex IconAddress();
}
