using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;

namespace Hub.TestHarness;

/// <summary>
/// Real servers that nobody here wrote, from the npm packages of <c>tests/Peers</c>. The packages are installed once per machine, below the
/// temp directory in a folder named after the lock file's hash. Where Node or npm is missing, the test is ignored with a message.
/// </summary>
public static class NodePeers
{
    private static readonly Lazy<Task<string>> Installing = new(Install);

    /// <summary>Runs <c>node SCRIPT 0</c> and waits for its line <c>ready ADDRESS ...</c>.</summary>
    /// <param name="script">A file of <c>tests/Peers</c>, such as <c>oidc-provider.mjs</c>.</param>
    /// <param name="environment">Further environment variables.</param>
    public static async Task<NodePeer> Start(string script, params (string Name, string Value)[] environment)
    {
        if (OnPath(OperatingSystem.IsWindows() ? "node.exe" : "node") is not { } node || Npm is null)
            throw new IgnoreException("Node and npm are not installed: the tests against real servers from npm need them.");
        return await NodePeer.Start(node, Path.Combine(await Installing.Value, script), environment);
    }

    private static string? Npm => OnPath(OperatingSystem.IsWindows() ? "npm.cmd" : "npm");

    /// <returns>The folder of the scripts. It lies beside the packages, where Node looks for them.</returns>
    private static async Task<string> Install()
    {
        var source = Source();
        var packages = Path.Combine(Path.GetTempPath(), $"hub-peers-{Environment.UserName}-{Hash([Path.Combine(source, "package-lock.json")])}");
        Directory.CreateDirectory(packages);
        using var alone = await Lock(Path.Combine(packages, "lock"));
        var done = Path.Combine(packages, "installed");
        if (!File.Exists(done))
        {
            foreach (var name in new[] { "package.json", "package-lock.json" }) File.Copy(Path.Combine(source, name), Path.Combine(packages, name), true);
            await InstallPackages(packages);
            await File.WriteAllTextAsync(done, "");
        }

        var scripts = Directory.GetFiles(source, "*.mjs").Order(StringComparer.Ordinal).ToList();
        var folder = Path.Combine(packages, "scripts-" + Hash(scripts));
        Directory.CreateDirectory(folder);
        foreach (var script in scripts) File.Copy(script, Path.Combine(folder, Path.GetFileName(script)), true);
        return folder;
    }

    private static async Task InstallPackages(string folder)
    {
        var start = new ProcessStartInfo(Npm!, ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var npm = Process.Start(start)!;
        var error = npm.StandardError.ReadToEndAsync();
        await npm.StandardOutput.ReadToEndAsync();
        await npm.WaitForExitAsync();
        if (npm.ExitCode == 0) return;
        var reason = $"npm could not install tests/Peers: {(await error).Trim()}";
        throw Environment.GetEnvironmentVariable("CI") is { Length: > 0 } ? new InvalidOperationException(reason) : new IgnoreException(reason);
    }

    private static async Task<FileStream> Lock(string path)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(100);
            }
        }
    }

    private static string Hash(IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(file)));
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static string? OnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static string Source([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "Peers");
}
