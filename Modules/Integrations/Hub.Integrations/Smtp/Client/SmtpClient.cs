using System.Net.Sockets;
using Hub.Integrations.ConnectionTests;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.Smtp.Client;

/// <summary>Opens conversations with mail servers, where the address policy allows it.</summary>
internal sealed class SmtpClient(OutboundSockets sockets)
{
    /// <param name="server">Where, and how secure.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="transcript">Gets what is said.</param>
    /// <param name="trace">Gets the steps of connecting.</param>
    /// <param name="ct">The caller gives up.</param>
    /// <returns>A conversation after EHLO, encrypted as the configuration demands, not logged in.</returns>
    /// <exception cref="SmtpFault">There is none.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<SmtpSession> Open(SmtpServer server, SmtpPatience patience, SmtpTranscript transcript, OutboundTrace? trace, CancellationToken ct)
    {
        SmtpWire? wire = null;
        Stream? plain = null;
        try
        {
            plain = await sockets.Open(server.Host, server.Port, trace, patience.PerCommand, ct);
            var local = (plain as NetworkStream)?.Socket.LocalEndPoint;
            var stream = server.Security is SmtpSecurity.Tls ? await Secure(plain) : plain;
            wire = new SmtpWire(stream, server.Host, patience, transcript, ct) { Step = server.Security is SmtpSecurity.Tls ? "auth" : "connect" };
            return await SmtpSession.Begin(wire, server, Secure, local);
        }
        catch (Exception fault)
        {
            if (wire is not null)
                await wire.DisposeAsync();
            if (plain is not null)
                await plain.DisposeAsync();
            if (fault is OutboundException outbound)
                throw new SmtpFault(StepOf(outbound.Reason), TestProbe.ReasonOf(outbound.Reason), outbound.Message);
            throw;
        }

        async Task<Stream> Secure(Stream open)
        {
            var secure = await sockets.Secure(open, server.Host, server.Port, server.Trust, trace, patience.PerCommand, ct);
            transcript.Client("(TLS)");
            return secure;
        }
    }

    private static string StepOf(OutboundReason reason) => reason switch
    {
        OutboundReason.Dns => "dns",
        OutboundReason.AddressPolicy => "address_policy",
        OutboundReason.Tls => "tls",
        _ => "connect",
    };
}
