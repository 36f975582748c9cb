using Hub.Fakes;

namespace Hub.FakeJira.Demo;

/// <summary>The command line, as pairs of names and values.</summary>
sealed class DemoArguments
{
    public const string Usage = """
        A Jira to try the hub against.

          --port 8090                    port on 127.0.0.1; 0 takes a free one
          --issues 250                   issues to begin with
          --deployment cloud             cloud, or server (Data Center)
          --context-path /jira           server only: path of the site
          --server-version 10.3.5        server only: below 10 the webhooks live at their old address
          --time-zone America/New_York   time zone of the account: dates in queries are read in it
          --server-time-zone ZONE        server only: time zone in which times are written
          --rate-limits on               enforce the limits of the real site: bursts, and writes to one issue
          --hourly-points 65000          cloud only: the points that may be spent in an hour
          --index-lag 30                 seconds after which search shows a change
          --required-severity on         a bug cannot be created without the select field Severity
          --required-resolution on       an issue cannot be closed without a resolution
          --webhook-url URL              send a webhook there on each change
          --webhook-secret SECRET        sign the webhooks with it
        """;

    readonly CommandLine given;

    /// <exception cref="FormatException">Something is unknown, or not of its kind; the message says what.</exception>
    public DemoArguments(string[] args)
    {
        given = new CommandLine(
            args, "--port", "--issues", "--deployment", "--context-path", "--server-version", "--time-zone", "--server-time-zone", "--rate-limits",
            "--hourly-points", "--index-lag", "--required-severity", "--required-resolution", "--webhook-url", "--webhook-secret");
        var server = given.Text("--deployment", "cloud") switch
        {
            "cloud" => false,
            "server" => true,
            var other => throw new FormatException($"--deployment is cloud or server, not '{other}'."),
        };
        Options = new FakeJiraOptions
        {
            Port = given.Number("--port", 8090),
            Issues = given.Number("--issues", 250),
            Deployment = server ? Deployment.Server : Deployment.Cloud,
            ContextPath = server ? given.Text("--context-path", "").TrimEnd('/') : "",
            ServerVersion = Version(given.Text("--server-version", new FakeJiraOptions().ServerVersion)),
            TimeZone = Zone("--time-zone")!,
            ServerTimeZone = server ? Zone("--server-time-zone") : null,
            Demo = true,
        };
        WebhookUrl = given.Find("--webhook-url");
        WebhookSecret = given.Find("--webhook-secret");
    }

    public FakeJiraOptions Options { get; }

    /// <summary>Switches on what was asked for.</summary>
    public void Apply(FakeJiraServer jira)
    {
        var limited = On("--rate-limits");
        if (limited && jira.Options.Deployment == Deployment.Cloud) (jira.Limits.Burst, jira.Limits.PerIssueWrites) = (new BurstRates(), true);
        if (limited && jira.Options.Deployment == Deployment.Server) jira.Limits.Server = new ServerBucket(100, 10);
        if (given.Find("--hourly-points") is not null) jira.Limits.HourlyPoints = given.Number("--hourly-points", 0);
        jira.Search.IndexLag = TimeSpan.FromSeconds(given.Number("--index-lag", 0));
        if (On("--required-severity")) jira.Screens.Require("Bug", "Severity");
        jira.Workflow.RequireResolution = On("--required-resolution");
        if (WebhookUrl is not null) jira.Webhooks.Register(WebhookUrl, WebhookSecret);
    }

    public string? WebhookUrl { get; }

    public string? WebhookSecret { get; }

    string? Zone(string name)
    {
        var zone = given.Find(name) ?? (name == "--time-zone" ? new FakeJiraOptions().TimeZone : null);
        return zone is null || TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)
            ? zone
            : throw new FormatException($"The time zone '{zone}' is not known here.");
    }

    static string Version(string text) =>
        System.Version.TryParse(text, out _) ? text : throw new FormatException($"--server-version is three numbers such as 10.3.5, not '{text}'.");

    bool On(string name) => given.Text(name, "off") switch
    {
        "on" => true,
        "off" => false,
        var other => throw new FormatException($"{name} is on or off, not '{other}'."),
    };
}
