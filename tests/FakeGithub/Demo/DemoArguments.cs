using Hub.Fakes;

namespace Hub.FakeGithub.Demo;

/// <summary>What the command line asks for.</summary>
sealed class DemoArguments
{
    public const string Usage = """
        A GitHub to try the hub against.

          --port 8091                port on 127.0.0.1; 0 takes a free one
          --repository acme/shop     owner and name of the repository
          --commits 250              commits to begin with
          --pulls 40                 pull requests to begin with
          --issues 60                issues to begin with
          --prefix /api/v3           path of the API, as on an Enterprise Server
          --webhook-url URL          send a webhook there on each change
          --webhook-secret SECRET    sign the webhooks with it
        """;

    /// <exception cref="FormatException">Something is unknown, or not of its kind; the message says what.</exception>
    public DemoArguments(string[] args)
    {
        var given = new CommandLine(args, "--port", "--repository", "--commits", "--pulls", "--issues", "--prefix", "--webhook-url", "--webhook-secret");
        var name = given.Text("--repository", "acme/shop");
        if (name.Split('/') is not [{ Length: > 0 }, { Length: > 0 }]) throw new FormatException($"--repository is an owner and a name, not '{name}'.");
        Options = new FakeGithubOptions
        {
            Port = given.Number("--port", 8091),
            Prefix = given.Text("--prefix", "").TrimEnd('/'),
            Repositories =
            [
                new RepositorySeed(name)
                {
                    Commits = given.Number("--commits", 250), Pulls = given.Number("--pulls", 40), Issues = given.Number("--issues", 60), WorkflowRuns = 30,
                },
            ],
            Demo = true,
        };
        (WebhookUrl, WebhookSecret) = (given.Find("--webhook-url"), given.Find("--webhook-secret"));
    }

    public FakeGithubOptions Options { get; }

    public string? WebhookUrl { get; }

    public string? WebhookSecret { get; }
}
