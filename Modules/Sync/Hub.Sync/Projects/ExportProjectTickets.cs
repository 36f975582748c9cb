using System.Globalization;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Paging;
using Hub.SharedKernel.Problems;
using Hub.Sync.Tickets;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Projects;

/// <summary>
/// All tickets of a project's Jira as one file, streamed page by page whatever their number: JSON lines (the form of the list), or CSV (RFC 4180) in which
/// no cell is taken for a formula. The first page is read before the answer begins, so that what is wrong is a problem document and no empty file.
/// </summary>
internal static class ExportProjectTickets
{
    private const int PageSize = 200;
    private static readonly byte[] LineEnd = [(byte)'\n'];

    // Spreadsheets run cells that begin with = + - @; such a cell gets an apostrophe (OWASP, CSV injection).
    private static readonly CsvConfiguration Csv = new(CultureInfo.InvariantCulture) { InjectionOptions = InjectionOptions.Escape };

    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/jira-tickets/export", async (
            long id, string? format, [AsParameters] TicketFilter filter, IMediator mediator, CancellationToken ct) =>
        {
            if (format is not (null or "csv" or "ndjson"))
                throw new InvalidException("format", "must be csv or ndjson");
            var first = await Read(mediator, id, filter, null, ct);
            var pages = Pages(first, cursor => Read(mediator, id, filter, cursor, ct));
            return format is "csv"
                ? TypedResults.Stream(stream => WriteCsv(stream, pages), "text/csv; charset=utf-8", $"project-{id}-tickets.csv")
                : TypedResults.Stream(stream => WriteLines(stream, pages), "application/x-ndjson", $"project-{id}-tickets.ndjson");
        })
        .RequireRole(Role.Viewer)
        .WithSummary("Export the tickets of a project's Jira as CSV or JSON lines");

    private static Task<Page<Ticket>> Read(IMediator mediator, long id, TicketFilter filter, string? cursor, CancellationToken ct) =>
        mediator.Send(new ListProjectTickets.Request(id, filter, filter.Page(PageSize, cursor, null, id)), ct);

    private static async IAsyncEnumerable<IReadOnlyList<Ticket>> Pages(
        Page<Ticket> page, Func<string, Task<Page<Ticket>>> next)
    {
        for (; ; page = await next(page.NextCursor))
        {
            yield return page.Items;
            if (page.NextCursor is null)
                yield break;
        }
    }

    private static async Task WriteLines(Stream stream, IAsyncEnumerable<IReadOnlyList<Ticket>> pages)
    {
        await foreach (var page in pages)
        {
            foreach (var ticket in page)
            {
                await JsonSerializer.SerializeAsync(stream, ticket, HubJson.Options);
                await stream.WriteAsync(LineEnd);
            }

            await stream.FlushAsync();
        }
    }

    private static async Task WriteCsv(Stream stream, IAsyncEnumerable<IReadOnlyList<Ticket>> pages)
    {
        await using var text = new StreamWriter(stream, leaveOpen: true);
        await using var csv = new CsvWriter(text, Csv);
        csv.WriteHeader<TicketLine>();
        await csv.NextRecordAsync();
        await foreach (var page in pages)
        {
            foreach (var ticket in page)
            {
                csv.WriteRecord(TicketLine.Of(ticket));
                await csv.NextRecordAsync();
            }

            await csv.FlushAsync();
        }
    }
}
