using NUnit.Framework;

namespace Hub.TestHarness;

/// <summary>Recorded payloads and answers of real providers: <c>shared/fixtures</c> beside or above the clone, or the folder in HUB_FIXTURES.</summary>
public static class Fixtures
{
    private static readonly string? Root = Find();

    public static byte[] Bytes(string path) => File.ReadAllBytes(Locate(path));

    public static string Text(string path) => File.ReadAllText(Locate(path));

    /// <summary>Full path of a recorded file or folder; the test is ignored, with a message, where there are none.</summary>
    public static string Locate(string path)
    {
        if (Root is null)
            Assert.Ignore("The recorded fixtures are not here: put them into shared/fixtures beside the clone or set HUB_FIXTURES.");
        return Path.Combine(Root!, path);
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("HUB_FIXTURES") is { Length: > 0 } named)
            return named;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, "shared", "fixtures")))
                return Path.Combine(folder.FullName, "shared", "fixtures");
        return null;
    }
}
