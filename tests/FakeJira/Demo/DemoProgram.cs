using System.Globalization;

namespace Hub.FakeJira.Demo;

/// <summary>The fake Jira as a program of its own, to try the hub against without an account anywhere.</summary>
static class DemoProgram
{
    const string Usage = """
        A Jira to try the hub against.

          --port 8090                    port on 127.0.0.1
          --issues 250                   issues to begin with
          --deployment cloud             cloud, or server (Data Center)
          --context-path /jira           server only: path of the site
          --time-zone America/New_York   time zone of the account
          --webhook-url URL              send a webhook there on each change
          --webhook-secret SECRET        sign the webhooks with it
        """;

    public static async Task<int> Main(string[] args)
    {
        if (args.Any(a => a is "--help" or "-h" or "-?"))
        {
            Console.WriteLine(Usage);
            return 0;
        }

        var settings = new ConfigurationBuilder().AddCommandLine(args).Build();
        await using var jira = await FakeJiraServer.Start(Options(settings), DemoEndpoints.Map);
        if (settings["webhook-url"] is { Length: > 0 } url) jira.Webhooks.Register(url, settings["webhook-secret"]);
        Console.WriteLine(DemoPage.Text(jira));
        await jira.Shutdown();
        return 0;
    }

    static FakeJiraOptions Options(IConfiguration settings)
    {
        int Number(string name, int otherwise) => int.Parse(settings[name] ?? $"{otherwise}", CultureInfo.InvariantCulture);
        var server = "server".Equals(settings["deployment"], StringComparison.OrdinalIgnoreCase);
        var usual = new FakeJiraOptions();
        return usual with
        {
            Port = Number("port", 8090),
            Issues = Number("issues", 250),
            Deployment = server ? Deployment.Server : Deployment.Cloud,
            ContextPath = server ? settings["context-path"] ?? "" : "",
            TimeZone = settings["time-zone"] ?? usual.TimeZone,
        };
    }
}
