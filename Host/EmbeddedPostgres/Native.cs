using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Hub.Host.EmbeddedPostgres;

/// <summary>The few system calls that .NET does not offer. Only for Unix.</summary>
internal static class Native
{
    private const int FileTypeMask = 0xF000, DirectoryType = 0x4000;

    /// <summary>Owner and kind of a path itself, not of what it links to.</summary>
    public readonly record struct Entry(bool IsDirectory, uint Uid);

    [DllImport("libc", EntryPoint = "geteuid")]
    public static extern uint EffectiveUser();

    /// <summary>Null when there is no such path.</summary>
    public static Entry? Stat(string path)
    {
        // The runtime's portable form: mode and owner are its second and third word on every system, unlike the C struct.
        var status = new int[64];
        return LinkStatus(Terminated(path), status) == 0 ? new Entry((status[1] & FileTypeMask) == DirectoryType, (uint)status[2]) : null;
    }

    public static void ChangeOwner(string path, uint uid, uint gid)
    {
        if (ChangeLinkOwner(Terminated(path), uid, gid) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    private static byte[] Terminated(string path) => Encoding.UTF8.GetBytes(path + '\0');

    [DllImport("libSystem.Native", EntryPoint = "SystemNative_LStat")]
    private static extern int LinkStatus(byte[] path, [Out] int[] status);

    [DllImport("libc", EntryPoint = "lchown", SetLastError = true)]
    private static extern int ChangeLinkOwner(byte[] path, uint uid, uint gid);
}
