using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;

namespace Hub.Sync.Projects.Import;

/// <summary>A file of tickets as the export writes it, read line by line: JSON lines, or CSV (RFC 4180) in UTF-8.</summary>
internal static class TicketFile
{
    private const int LongestLine = 4 * 1024 * 1024;
    private const string Formulas = "=+-@\t\r";

    /// <summary>The numbered lines, as JSON; blank lines are none. The first is line 1, or of CSV the row below the header.</summary>
    /// <exception cref="InvalidException">Nothing can be read from here on.</exception>
    public static IAsyncEnumerable<(int Number, Func<ImportedTicket> Read)> Lines(Stream file, bool csv, CancellationToken ct) => csv ? Rows(file, ct) : JsonLines(file, ct);

    private static async IAsyncEnumerable<(int, Func<ImportedTicket>)> JsonLines(Stream file, [EnumeratorCancellation] CancellationToken ct)
    {
        var reader = PipeReader.Create(file, new StreamPipeReaderOptions(leaveOpen: true));
        for (var number = 1; ; number++)
        {
            var (line, last) = await Line(reader, number, ct);
            if (line.AsSpan().ContainsAnyExcept(" \t\r"u8))
                yield return (number, () => JsonSerializer.Deserialize<ImportedTicket>(line, HubJson.Options) ?? throw new JsonException("null"));
            if (last)
                yield break;
        }
    }

    private static async Task<(byte[] Line, bool Last)> Line(PipeReader reader, int number, CancellationToken ct)
    {
        while (true)
        {
            var read = await reader.ReadAsync(ct);
            var end = read.Buffer.PositionOf((byte)'\n');
            if (read.Buffer.Slice(0, end ?? read.Buffer.End).Length > LongestLine)
                throw new InvalidException($"lines[{number}]", $"has more than {LongestLine} bytes");
            if (end is null && !read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            var line = read.Buffer.Slice(0, end ?? read.Buffer.End).ToArray();
            reader.AdvanceTo(end is { } there ? read.Buffer.GetPosition(1, there) : read.Buffer.End);
            return (number == 1 && line.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? line[3..] : line, end is null);
        }
    }

    private static async IAsyncEnumerable<(int, Func<ImportedTicket>)> Rows(Stream file, [EnumeratorCancellation] CancellationToken ct)
    {
        using var text = new StreamReader(file, leaveOpen: true);
        using var csv = new CsvReader(text, new CsvConfiguration(CultureInfo.InvariantCulture) { MaxFieldSize = LongestLine });
        if (await Row(csv, 0) is not { } names)
            yield break;
        for (var number = 1; await Row(csv, number) is { } cells; number++)
        {
            ct.ThrowIfCancellationRequested();
            if (cells.Length != names.Length)
                throw new InvalidException($"lines[{number}]", $"has {cells.Length} cells where the header has {names.Length}");
            yield return (number, () => Read(names.Zip(cells)));
        }
    }

    private static async Task<string[]?> Row(CsvReader csv, int number)
    {
        try
        {
            return await csv.ReadAsync() ? csv.Parser.Record : null;
        }
        catch (CsvHelperException)
        {
            throw new InvalidException($"lines[{number}]", $"is no row of CSV (RFC 4180), or has a cell of more than {LongestLine} characters");
        }
    }

    // An empty cell is no value, except where a text may be empty; the apostrophe before what a spreadsheet would run is the export's own.
    private static ImportedTicket Read(IEnumerable<(string Name, string Cell)> cells)
    {
        var members = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, cell) in cells)
        {
            var value = cell is ['\'', var first, ..] && Formulas.Contains(first) ? cell[1..] : cell;
            members[name] = name switch
            {
                "labels" => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                "fields" when value is not "" => JsonElement.Parse(value),
                "summary" => value,
                _ => value is "" ? null : value,
            };
        }

        return JsonSerializer.SerializeToElement(members).Deserialize<ImportedTicket>(HubJson.Options)!;
    }
}
