using System.Net;
using System.Net.Sockets;

namespace Hub.SharedKernel.Tests.Outbound;

/// <summary>Listens on a raw socket: passes connections on to a port of 127.0.0.1, or handles them with the given code.</summary>
internal sealed class Relay : IDisposable
{
    private readonly TcpListener listener;
    private readonly Func<NetworkStream, Task> serve;

    public Relay(IPAddress address, int target) : this(address, stream => Pass(stream, target)) { }

    public Relay(IPAddress address, Func<NetworkStream, Task> serve)
    {
        this.serve = serve;
        listener = new TcpListener(address, 0);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = Accept();
    }

    public int Port { get; }

    public Uri At(string path, string scheme = "http") => new($"{scheme}://127.0.0.1:{Port}{path}");

    public static async Task ReadHead(NetworkStream stream)
    {
        for (var tail = 0; tail != 0x0d0a0d0a;)
            tail = (tail << 8) | (stream.ReadByte() is >= 0 and var next ? next : throw new EndOfStreamException());
        await Task.CompletedTask;
    }

    public void Dispose() => listener.Dispose();

    private async Task Accept()
    {
        try
        {
            while (true)
                _ = Serve(await listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task Serve(TcpClient client)
    {
        using var _ = client;
        try
        {
            await Task.Yield();
            await serve(client.GetStream());
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
        }
    }

    private static async Task Pass(NetworkStream near, int port)
    {
        using var far = new TcpClient();
        await far.ConnectAsync(IPAddress.Loopback, port);
        await Task.WhenAny(near.CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(near));
    }
}
