namespace Hub.Host.EmbeddedPostgres;

/// <summary>
/// Keeps a folder to one process for as long as this is held. The system lets go of it when the process dies, however it dies.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    private const int LinuxWouldBlock = 11, MacWouldBlock = 35, WindowsSharingViolation = unchecked((int)0x80070020);
    private readonly FileStream file;

    private DirectoryLock(FileStream file) => this.file = file;

    public static string FileIn(string directory) => Path.Combine(directory, "hub.lock");

    /// <summary>Null when another process (or another part of this one) holds the folder.</summary>
    public static DirectoryLock? TryTake(string directory)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return new DirectoryLock(new FileStream(FileIn(directory), options));
        }
        catch (IOException e) when (e.HResult is LinuxWouldBlock or MacWouldBlock or WindowsSharingViolation)
        {
            return null;
        }
    }

    public static DirectoryLock Take(string directory) => TryTake(directory) ?? throw new EmbeddedPostgresException(
        $"Another hub is using the data directory '{directory}'. Stop that one first; or give this one a data directory of its own "
        + "(Hub__DataDirectory=/another/folder); or let both work on one PostgreSQL server (ConnectionStrings__Hub).");

    // The file stays: deleting it would let a third process lock a new file of the same name beside a waiting second.
    public void Dispose() => file.Dispose();
}
