namespace Hub.Host.Startup;

internal static class AdminKeyFile
{
    /// <summary>Prints the first admin key, once, and keeps it in <c>admin.key</c> in the data directory, readable by its owner only.</summary>
    public static void Announce(string dataDirectory, string key, Action<string> say)
    {
        Directory.CreateDirectory(dataDirectory);
        var path = Path.Combine(dataDirectory, "admin.key");
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(path, options))
            writer.WriteLine(key);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        say($"First admin key (shown once, also in {path}): {key}");
    }
}
