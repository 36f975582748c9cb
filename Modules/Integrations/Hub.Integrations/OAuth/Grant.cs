namespace Hub.Integrations.OAuth;

/// <summary>What a person granted to an integration, as it is stored. Its tokens are ciphertext.</summary>
internal sealed record Grant
{
    public const string Active = "active";
    public const string ReauthorizationRequired = "reauthorization_required";

    public const string Columns = """
        integration_id, client, access_token, refresh_token, answer, scopes, account_id, account_name, redirect_uri, status, message, reason, failures,
        obtained_at, expires_at, authorized_at, last_refreshed_at, used_at, next_refresh_at, lease_until, unanswered_since, version
        """;

    public required long IntegrationId { get; init; }

    /// <summary><see cref="OAuthClient.Fingerprint"/> of the client it was given to.</summary>
    public required string Client { get; init; }
    public required string AccessToken { get; init; }
    public string? RefreshToken { get; init; }

    /// <summary>What else came with the tokens.</summary>
    public string? Answer { get; init; }
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The provider's id of who granted; null where the type cannot tell.</summary>
    public string? AccountId { get; init; }
    public string? AccountName { get; init; }
    public required string RedirectUri { get; init; }
    public required string Status { get; init; }

    /// <summary>Why it does not work, for people.</summary>
    public string? Message { get; init; }

    /// <summary>The same as a <see cref="Health.FailureReason"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>Refreshes in a row that failed.</summary>
    public int Failures { get; init; }

    /// <summary>When the provider gave the access token.</summary>
    public required DateTimeOffset ObtainedAt { get; init; }

    /// <summary>When the access token ends; null when the provider did not say.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
    public required DateTimeOffset AuthorizedAt { get; init; }
    public DateTimeOffset? LastRefreshedAt { get; init; }

    /// <summary>The last call with it, to ten minutes.</summary>
    public DateTimeOffset? UsedAt { get; init; }
    public DateTimeOffset? NextRefreshAt { get; init; }
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>Since when a refresh may have been carried out whose answer never arrived here; null when there is no doubt.</summary>
    public DateTimeOffset? UnansweredSince { get; init; }

    /// <summary>The fence of every write.</summary>
    public required long Version { get; init; }

    public bool IsActive => Status == Active;

    /// <summary>Who granted; null where the type cannot tell.</summary>
    public OAuthAccount? Account => AccountId is { } id ? new OAuthAccount(id, AccountName) : null;

    public override string ToString() => $"Grant of integration {IntegrationId}";
}
