using System.Diagnostics;
using Hub.Integrations.Calls;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.Integrations.Smtp.Client;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.Smtp;

/// <summary>Logs in and asks whether the sender may send. No message is sent.</summary>
internal sealed class SmtpConnectionTest(SmtpAccounts accounts, SmtpClient client) : IConnectionTest
{
    public string Type => "smtp";

    public async Task<Finding> Run(EffectiveConfiguration subject, TestProbe probe, CancellationToken ct)
    {
        var account = await Account(subject, probe, ct);
        var server = account.Server;
        probe.Passed("config", $"Sends through {server} with {Words(server.Security)} as {account.From}");
        await using var session = await Connect(account, probe, ct);
        var login = await Step("auth", server.Login is null ? "Without a login" : $"Logged in as {server.Login.User}", session.Login, probe);
        var sender = await Step(
            "permission", $"The sender {account.From} is accepted", () => session.Sender(account.From, utf8: account.From.NeedsUtf8), probe);
        await session.Abandon();
        return new Finding($"{server.Host} accepts mail from {account.From}.", Identity(server, session.Banner), login + sender, null);
    }

    /// <returns>How long it took, in milliseconds.</returns>
    private static async Task<double> Step(string step, string message, Func<Task> work, TestProbe probe)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await work();
        }
        catch (SmtpFault fault)
        {
            throw probe.Failed(step, fault.Reason, fault.Message, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        probe.Passed(step, message, took);
        return took;
    }

    private async Task<SmtpAccount> Account(EffectiveConfiguration subject, TestProbe probe, CancellationToken ct)
    {
        try
        {
            var account = await accounts.Of(subject, ct);
            foreach (var secret in account.Secrets)
                probe.Hide(secret);
            return account;
        }
        catch (CallFailed failure)
        {
            throw probe.Failed(failure.Reason is FailureReason.Config ? "config" : "auth", failure.Reason, failure.Message);
        }
    }

    private async Task<SmtpSession> Connect(SmtpAccount account, TestProbe probe, CancellationToken ct)
    {
        var (transcript, trace) = (new SmtpTranscript(), new OutboundTrace());
        probe.Converse(transcript.Lines);
        try
        {
            var session = await client.Open(account.Server, SmtpPatience.ForTests, transcript, trace, ct);
            Note(probe, trace.Steps);
            return session;
        }
        catch (SmtpFault fault)
        {
            // A connection on which no mail server answers is not one that worked.
            Note(probe, trace.Steps.Where(done => !done.Ok || done.Name != fault.Step));
            throw probe.Steps.All(done => done.Ok) ? probe.Failed(fault.Step, fault.Reason, fault.Message) : new TestStopped(fault.Reason, fault.Message);
        }
    }

    private static void Note(TestProbe probe, IEnumerable<OutboundStep> steps)
    {
        foreach (var done in steps)
            if (done.Ok)
                probe.Passed(done.Name, done.Message, done.TookMs);
            else
                _ = probe.Failed(done.Name, "", done.Message ?? "", done.TookMs);
    }

    private static string Identity(SmtpServer server, string banner) => server.Login is { } login ? $"{login.User} at {banner}" : banner;

    private static string Words(SmtpSecurity security) => security switch
    {
        SmtpSecurity.StartTls => "STARTTLS",
        SmtpSecurity.Tls => "TLS",
        _ => "no encryption",
    };
}
