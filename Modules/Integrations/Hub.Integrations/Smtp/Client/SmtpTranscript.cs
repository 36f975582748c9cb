using Hub.Integrations.ConnectionTests;
using Hub.SharedKernel.Outbound;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.Smtp.Client;

/// <summary>What was said, for people who look for a mistake. Never holds a credential or a message.</summary>
internal sealed class SmtpTranscript
{
    private const int MaxLines = 200;
    private readonly List<TranscriptLine> lines = [];

    public IReadOnlyList<TranscriptLine> Lines => lines;

    /// <summary>What a server may repeat and nobody shall see.</summary>
    public IReadOnlyCollection<string> Secrets { get; set; } = [];

    /// <summary>The lines without that.</summary>
    public IReadOnlyList<TranscriptLine> Shown => [.. lines.Select(line => line with { Line = Redaction.Redact(line.Line, Secrets) })];

    public void Client(string line) => Add("client", line);

    public void Server(string line) => Add("server", line);

    private void Add(string from, string line)
    {
        if (lines.Count < MaxLines)
            lines.Add(new TranscriptLine(from, StorableText.OneLine(line)));
    }
}
