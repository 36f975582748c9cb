using System.Text;
using Hub.Schemas.Contracts;

namespace Hub.Integrations.Imports;

/// <summary>Finds the field that an old key means, whatever its spelling: <c>databaseId</c>, <c>Database-ID</c> and <c>notion_database_id</c> are one.</summary>
internal static class OldKeys
{
    private static readonly string[] Credential = ["token", "access_token", "pat", "api_token", "api_key", "auth_token", "bot_token", "key", "password"];
    private static readonly string[] Address = ["base_url", "environment_url", "site_url", "instance_url", "url", "host", "domain", "site"];

    /// <summary>By normal form the fields it may mean, the likeliest first; the first that the type has is meant.</summary>
    private static readonly Dictionary<string, string[]> Synonyms = new(StringComparer.Ordinal)
    {
        ["token"] = Credential,
        ["api_key"] = Credential,
        ["apikey"] = Credential,
        ["api_token"] = Credential,
        ["access_token"] = Credential,
        ["auth_token"] = Credential,
        ["integration_token"] = Credential,
        ["integration_secret"] = Credential,
        ["personal_access_token"] = Credential,
        ["pat"] = Credential,
        ["secret"] = Credential,
        ["secret_key"] = Credential,
        ["key"] = Credential,
        ["url"] = Address,
        ["base_url"] = Address,
        ["baseurl"] = Address,
        ["api_url"] = Address,
        ["api_base_url"] = Address,
        ["api_endpoint"] = Address,
        ["endpoint"] = Address,
        ["host"] = Address,
        ["hostname"] = Address,
        ["server"] = Address,
        ["server_url"] = Address,
        ["site_url"] = Address,
        ["instance_url"] = Address,
        ["tenant_url"] = Address,
        ["environment"] = Address,
        ["environment_url"] = Address,
        ["database"] = ["database_id", "database"],
        ["db_id"] = ["database_id"],
        ["page_id"] = ["root_page_ids", "page_id"],
        ["page_ids"] = ["root_page_ids", "page_ids"],
        ["pages"] = ["root_page_ids"],
        ["root_page"] = ["root_page_ids", "root_page_id"],
        ["root_page_id"] = ["root_page_ids", "root_page_id"],
        ["parent_page_id"] = ["root_page_ids"],
        ["version"] = ["notion_version", "api_version"],
        ["api_version"] = ["notion_version"],
        ["org"] = ["organization", "organization_slug", "organization_id"],
        ["organization"] = ["organization_slug", "organization_id"],
        ["organisation"] = ["organization", "organization_slug"],
        ["organization_name"] = ["organization", "organization_slug"],
        ["organization_url"] = ["organization"],
        ["org_url"] = ["organization"],
        ["collection_url"] = ["organization"],
        ["project"] = ["project", "project_id", "project_slug", "project_keys"],
        ["project_name"] = ["project"],
        ["project_id"] = ["project"],
        ["project_key"] = ["project_keys"],
        ["wiki"] = ["wiki_id"],
        ["wiki_name"] = ["wiki_id"],
        ["wiki_identifier"] = ["wiki_id"],
        ["repo"] = ["repository", "repository_id"],
        ["repo_name"] = ["repository"],
        ["repo_id"] = ["repository"],
        ["repo_url"] = ["repository"],
        ["repository_name"] = ["repository"],
        ["repository_id"] = ["repository"],
        ["repository_url"] = ["repository"],
        ["repositories"] = ["repository"],
        ["repos"] = ["repository"],
        ["full_name"] = ["repository"],
        ["default_branch"] = ["branch"],
        ["ref"] = ["branch"],
        ["path"] = ["path_filter"],
        ["folder"] = ["path_filter"],
        ["docs_path"] = ["path_filter"],
        ["glob"] = ["path_filter"],
        ["filter"] = ["query", "path_filter"],
        ["log_query"] = ["query"],
        ["default_query"] = ["query"],
        ["dql"] = ["query"],
        ["auth_method"] = ["auth_type", "auth_method"],
        ["authentication"] = ["auth_type", "auth_method"],
        ["user"] = ["email", "username", "user"],
        ["user_name"] = ["username", "email"],
        ["username"] = ["username", "email"],
        ["email"] = ["email", "username"],
        ["smtp_host"] = ["host"],
        ["smtp_port"] = ["port"],
        ["from"] = ["from_address"],
        ["from_email"] = ["from_address"],
        ["sender"] = ["from_address"],
        ["model"] = ["default_model"],
    };

    /// <summary>Lower case with underscores: camelCase, PascalCase, kebab-case and blanks alike.</summary>
    public static string Normal(string key)
    {
        var normal = new StringBuilder(key.Length + 4);
        for (var i = 0; i < key.Length; i++)
        {
            var c = key[i];
            if (c is '-' or ' ' or '.' or '_' || char.IsControl(c))
            {
                Separate(normal);
                continue;
            }

            // A capital begins a word after a small letter or digit, and the last of several capitals begins the next word: APIKey, databaseID.
            if (char.IsUpper(c) && i > 0 && (!char.IsUpper(key[i - 1]) || (i + 1 < key.Length && char.IsLower(key[i + 1]))))
                Separate(normal);
            normal.Append(char.ToLowerInvariant(c));
        }

        return normal.ToString().Trim('_');
    }

    /// <returns>The field's name; null when the type has none that the key could mean.</returns>
    public static string? FieldOf(IntegrationSchema schema, string key)
    {
        var normal = Normal(key);
        return Known(schema, normal) ?? Prefixes(schema)
            .Where(prefix => normal.StartsWith(prefix, StringComparison.Ordinal))
            .Select(prefix => Known(schema, normal[prefix.Length..]))
            .FirstOrDefault(field => field is not null);
    }

    private static string? Known(IntegrationSchema schema, string normal) =>
        Has(schema, normal) ? normal : Synonyms.GetValueOrDefault(normal)?.FirstOrDefault(field => Has(schema, field));

    private static bool Has(IntegrationSchema schema, string field) => schema.Fields.Any(known => known.Name == field);

    // notion_token, github_repo, azure_devops_pat, azurePat.
    private static IEnumerable<string> Prefixes(IntegrationSchema schema) =>
        new[] { schema.Id, schema.PlatformName, schema.Id.Split('_')[0], "azure_devops", "ado" }
            .Select(word => $"{Normal(word)}_").Distinct().OrderByDescending(prefix => prefix.Length);

    private static void Separate(StringBuilder text)
    {
        if (text.Length > 0 && text[^1] != '_')
            text.Append('_');
    }
}
