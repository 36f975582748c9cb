namespace Hub.FakeJira.Demo;

/// <summary>The fake Jira as a program of its own, to try the hub against without an account anywhere.</summary>
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
            await using var jira = await FakeJiraServer.Start(arguments.Options);
            arguments.Apply(jira);
            Console.WriteLine(DemoPage.Text(jira));
            await jira.Shutdown();
            return 0;
        }
        catch (Exception wrong) when (wrong is FormatException or IOException)
        {
            Console.Error.WriteLine($"{wrong.Message}\n\n{DemoArguments.Usage}");
            return 2;
        }
    }
}
