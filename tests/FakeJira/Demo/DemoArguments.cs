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
          --time-zone America/New_York   time zone of the account
          --webhook-url URL              send a webhook there on each change
          --webhook-secret SECRET        sign the webhooks with it
        """;

    static readonly string[] Names = ["--port", "--issues", "--deployment", "--context-path", "--time-zone", "--webhook-url", "--webhook-secret"];

    readonly Dictionary<string, string> values = [];

    /// <exception cref="FormatException">Something is unknown, or not of its kind; the message says what.</exception>
    public DemoArguments(string[] args)
    {
        foreach (var pair in args.Chunk(2))
        {
            if (!Names.Contains(pair[0])) throw new FormatException($"'{pair[0]}' is not known.");
            values[pair[0]] = pair.Length == 2 ? pair[1] : throw new FormatException($"'{pair[0]}' needs a value.");
        }

        var server = Text("--deployment", "cloud") switch
        {
            "cloud" => false,
            "server" => true,
            var other => throw new FormatException($"--deployment is cloud or server, not '{other}'."),
        };
        var zone = Text("--time-zone", new FakeJiraOptions().TimeZone);
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)) throw new FormatException($"The time zone '{zone}' is not known here.");
        Options = new FakeJiraOptions
        {
            Port = Number("--port", 8090),
            Issues = Number("--issues", 250),
            Deployment = server ? Deployment.Server : Deployment.Cloud,
            ContextPath = server ? Text("--context-path", "").TrimEnd('/') : "",
            TimeZone = zone,
            Demo = true,
        };
        WebhookUrl = values.GetValueOrDefault("--webhook-url");
        WebhookSecret = values.GetValueOrDefault("--webhook-secret");
    }

    public FakeJiraOptions Options { get; }

    public string? WebhookUrl { get; }

    public string? WebhookSecret { get; }

    string Text(string name, string otherwise) => values.GetValueOrDefault(name, otherwise);

    int Number(string name, int otherwise) =>
        !values.TryGetValue(name, out var text) ? otherwise
        : int.TryParse(text, out var number) && number >= 0 ? number
        : throw new FormatException($"{name} is a number, not '{text}'.");
}
