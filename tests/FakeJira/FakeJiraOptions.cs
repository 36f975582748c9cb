namespace Hub.FakeJira;

/// <summary>Which of the two products the site plays.</summary>
public enum Deployment { Cloud, Server }

/// <summary>What the site is when it starts. Its misbehaviour is set on the running server.</summary>
public sealed record FakeJiraOptions
{
    public Deployment Deployment { get; init; } = Deployment.Cloud;

    /// <summary>TCP port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Data Center only: the path below which the site lives, such as <c>/jira</c>.</summary>
    public string ContextPath { get; init; } = "";

    /// <summary>Issues that exist at the start, dealt out to the projects in turn; ids from 10001, numbers from 1 in each project.</summary>
    public int Issues { get; init; }

    public IReadOnlyList<(string Key, string Name)> Projects { get; init; } = [("HUB", "Integration Hub"), ("PAY", "Payments – Zahlungen")];

    /// <summary>Time zone (IANA id) of the account: dates in queries are read in it, and times in answers are written in it.</summary>
    public string TimeZone { get; init; } = "America/New_York";

    /// <summary>Data Center only: time zone of the server, in which it writes times; null is the account's.</summary>
    public string? ServerTimeZone { get; init; }

    /// <summary>Data Center only. Versions below 10 have the old address of webhooks, all others the new one.</summary>
    public string ServerVersion { get; init; } = "10.3.5";

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public string Email { get; init; } = "hub-bot@example.com";

    /// <summary>The API token (Cloud) or personal access token (Data Center).</summary>
    public string Token { get; init; } = "ATATT3xFakeJiraToken=5A1D7C2E";

    /// <summary>Cloud only: the token has scopes, so it works below <see cref="FakeJiraServer.GatewayUrl"/> and is refused at the site.</summary>
    public bool ScopedToken { get; init; }

    /// <summary>
    /// Cloud only: the token belongs to an OAuth 2.0 app. It is sent as a bearer token, works below the gateway only, and may register dynamic
    /// webhooks, which are signed with <see cref="ClientSecret"/>.
    /// </summary>
    public bool OAuthApp { get; init; }

    public string ClientSecret { get; init; } = "ATOA-fake-client-secret-5b1f2e";

    /// <summary>Adds <c>GET /</c> and <c>/demo/</c>, through which anybody changes issues by hand.</summary>
    public bool Demo { get; init; }

    public string CloudId { get; init; } = "8a1f2f6c-6a0e-4a4e-9a55-0c3a6a7d4b11";
}
