namespace Hub.Schemas.Documents;

/// <summary>The closed lists of words that a schema document may use, in the order in which they are shown.</summary>
internal static class Vocabulary
{
    public static readonly string[] Categories =
    [
        "ai", "observability", "data-warehouse", "search", "communication", "scm", "collaboration", "cloud", "orchestration", "error-tracking",
        "ticketing", "crm", "project-management", "email", "sso", "webhook",
    ];

    public static readonly string[] IntegrationCategories =
    [
        "ticketing", "crm", "messaging", "communication", "project_management", "code_repository", "webhook",
        "ai", "observability", "data_warehouse", "search", "cloud", "orchestration", "error_tracking", "documentation", "email", "identity",
    ];

    public static readonly string[] Capabilities = ["test", "webhook_in", "webhook_out", "sync", "tickets", "email", "push", "oauth"];

    public static readonly string[] FieldTypes = ["string", "secret", "integer", "boolean", "url", "select", "multiline", "json"];

    public static readonly string[] Levels = ["org", "team"];

    public static readonly string[] ClientAuth = ["body", "basic"];

    public static readonly string[] StatusClasses = ["2xx", "3xx", "4xx", "5xx"];

    /// <summary>Why a connection test failed; the same words as in an integration's health.</summary>
    public static readonly string[] Reasons =
        ["auth", "permission", "not_found", "rate_limited", "network", "tls", "timeout", "provider_error", "config"];

    /// <summary>What a test is: a request, a conversation with a mail server, or sign-in settings that the hub checks in a way of its own.</summary>
    public static readonly string[] TestKinds = ["http", "smtp", "sso"];

    /// <summary>The authentication form that a person grants in the browser; a type that has it has the capability <c>oauth</c>.</summary>
    public const string AuthorizationCode = "oauth2_authorization_code";

    public static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH"];

    /// <summary>Authentication forms with the parameters each needs and the ones it may have. Parameters are templates over the fields.</summary>
    public static readonly IReadOnlyDictionary<string, (string[] Needed, string[] Optional)> AuthKinds = new Dictionary<string, (string[], string[])>
    {
        ["none"] = ([], []),
        ["basic"] = (["username", "password"], []),
        ["bearer"] = (["token"], []),
        ["header"] = (["header", "value"], []),
        ["query"] = (["parameter", "value"], []),
        ["token_request"] = (["request", "token"], ["expires_at", "expires_in"]),
        ["oauth2_client_credentials"] = (["token_url", "client_id", "client_secret"], ["scope", "client_auth", "parameters"]),
        [AuthorizationCode] = (["authorize_url", "token_url", "client_id", "client_secret"], ["scope", "client_auth", "parameters", "account", "revocation_url"]),
        ["jwt_github_app"] = (["issuer", "private_key"], []),
        ["google_service_account"] = (["credentials", "scopes"], ["subject"]),
        ["google_workload_identity"] = (["credentials", "scopes"], []),
        ["aws_sigv4"] = (["service", "region", "access_key_id", "secret_access_key"], ["session_token", "role_arn", "external_id"]),
        ["snowflake_jwt"] = (["account", "username", "private_key"], ["passphrase"]),
        ["smtp"] = (["username", "password"], ["mechanism"]),
    };

    /// <summary>Ways to verify an inbound delivery with the parameters each needs and the ones it may have.</summary>
    public static readonly IReadOnlyDictionary<string, (string[] Needed, string[] Optional)> VerificationKinds = new Dictionary<string, (string[], string[])>
    {
        ["hmac"] = (["header", "secret_field", "content"],
            ["prefix", "list_separator", "encoding", "algorithm", "secret_encoding", "secret_prefix", "id_header", "timestamp_header", "timestamp_prefix",
                "timestamp_body", "timestamp_format", "tolerance_seconds"]),
        ["ed25519"] = (["header", "secret_field", "content"],
            ["prefix", "list_separator", "encoding", "secret_encoding", "secret_prefix", "id_header", "timestamp_header", "timestamp_prefix",
                "timestamp_body", "timestamp_format", "tolerance_seconds"]),
        ["plain"] = (["header", "secret_field"], ["prefix"]),
        ["bearer"] = (["secret_field"], []),
        ["basic"] = (["secret_field"], ["username"]),
        ["jwt-hs256"] = (["secret_field"], ["tolerance_seconds"]),
        ["none"] = ([], []),
    };

    public static readonly string[] KeyEncodings = ["base64", "hex"];

    public static readonly string[] Encodings = ["hex", "base64"];

    public static readonly string[] SecretEncodings = ["utf8", "base64"];

    public static readonly string[] HmacAlgorithms = ["sha256", "sha512", "sha1"];

    public static readonly string[] TimestampFormats = ["s", "ms", "iso"];

    /// <summary>What a signature may cover.</summary>
    public static readonly string[] SignedParts = ["body", "timestamp", "id", "method", "url"];

    public static readonly string[] HandshakeKinds = ["echo", "store_secret", "reply", "query_echo"];
}
