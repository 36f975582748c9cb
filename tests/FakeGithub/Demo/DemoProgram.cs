namespace Hub.FakeGithub.Demo;

/// <summary>The fake GitHub as a program of its own, to try the hub against without an account anywhere.</summary>
static class DemoProgram
{
    public static async Task<int> Main(string[] args)
    {
        if (args is ["--help" or "-h" or "-?", ..])
        {
            Console.WriteLine(DemoArguments.Usage);
            return 0;
        }

        try
        {
            var arguments = new DemoArguments(args);
            await using var github = await FakeGithubServer.Start(arguments.Options);
            if (arguments.WebhookUrl is not null) github.Repository.Hooks.Create(arguments.WebhookUrl, arguments.WebhookSecret);
            Console.WriteLine(DemoPage.Text(github));
            await github.Shutdown();
            return 0;
        }
        catch (Exception wrong) when (wrong is FormatException or IOException)
        {
            Console.Error.WriteLine($"{wrong.Message}\n\n{DemoArguments.Usage}");
            return 2;
        }
    }
}
