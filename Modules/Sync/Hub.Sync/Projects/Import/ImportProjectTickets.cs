using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;
using Hub.Sync.Connectors;
using Hub.Sync.Jira;
using Hub.Sync.Tickets;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Projects.Import;

/// <summary>
/// Takes a file of tickets, as the export writes it, into the project's Jira as it is stored here; nothing is sent to Jira, and a newer state stays. The whole file
/// is checked before the first ticket is written. It is written in batches, so that no sync waits for it: after a failure the same file goes on where it stopped.
/// </summary>
internal static class ImportProjectTickets
{
    private const int BatchSize = 500;
    private const int MostErrors = 100;
    private const int LargestFile = 256 * 1024 * 1024;
    private const int InMemory = 1024 * 1024;

    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/{id:long}/jira-tickets/import", async (long id, string? format, HttpRequest http, IMediator mediator, CancellationToken ct) =>
        {
            http.EnableBuffering(InMemory, LargestFile);
            return TypedResults.Ok(await mediator.Send(new Request(id, http.Body, format, http.ContentType), ct));
        })
        .RequireRole(Role.Manager)
        .WithMetadata(new RequestSizeLimitAttribute(LargestFile))
        // The wildcard leaves the refusal of other types to the handler, which looks for the project first.
        .Accepts<string>("application/x-ndjson", "text/csv", "*/*")
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .WithSummary("Import tickets of a project's Jira from CSV or JSON lines");

    /// <param name="Processed">Tickets in the file.</param>
    /// <param name="Created">Those that were not stored before, or were deleted.</param>
    /// <param name="Updated">Those that replaced an older state.</param>
    /// <param name="Unchanged">Those that are stored as they are in the file, or in a newer state.</param>
    /// <param name="Skipped">Those that the file calls deleted.</param>
    public sealed record Answer(int Processed, int Created, int Updated, int Unchanged, int Skipped);

    public sealed record Request(long ProjectId, Stream File, string? Format, string? ContentType) : IRequest<Answer>
    {
        public override string ToString() => $"Import of tickets into project {ProjectId}";
    }

    private static bool IsCsv(string? format, string? contentType) => (format ?? contentType?.Split(';')[0].Trim().ToLowerInvariant()) switch
    {
        "csv" or "text/csv" => true,
        "ndjson" or "application/x-ndjson" or "application/jsonl" => false,
        _ when format is not null => throw new InvalidException("format", "must be csv or ndjson"),
        _ => throw new UnsupportedMediaException("Send Content-Type: application/x-ndjson or text/csv, or say which with ?format=ndjson or ?format=csv."),
    };

    private sealed class Handler(Caller caller, IMediator mediator, TicketImport import, IEnumerable<IRecordMapping> mappings, TimeProvider time)
        : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            await mediator.RequireProject(request.ProjectId, caller, cancellationToken);
            var jira = await mediator.Send(new AskScopeIntegration(request.ProjectId, "jira", caller.ScopeId), cancellationToken)
                ?? throw new ConflictException("not_configured", "This project has no Jira yet. Configure it with POST /projects/{id}/jira-config.");
            var connection = await mediator.Send(new AskConnection(jira.Id), cancellationToken) ?? throw NotFoundException.Of("integration", jira.Id);
            var mappingHash = mappings.Single(mapping => mapping.Provider == "jira").MappingHash(connection) is { Length: > 0 } hash ? hash : null;
            var csv = IsCsv(request.Format, request.ContentType);

            await Check(request.File, csv, cancellationToken);
            request.File.Position = 0;
            var source = new TicketSource(jira.Id, connection.Integration.ScopePath, connection.SiteKey(), ByWalk: false, time.GetUtcNow(), By: "hub");
            var answer = new Answer(0, 0, 0, 0, 0);
            await foreach (var batch in TicketFile.Lines(request.File, csv, cancellationToken).Chunk(BatchSize).WithCancellation(cancellationToken))
                answer = await import.Write(answer, source, [.. batch.Select(line => line.Read())], mappingHash, cancellationToken);
            return answer;
        }

        private async Task Check(Stream file, bool csv, CancellationToken ct)
        {
            var (rules, errors) = (new ImportedTicket.Rules(time), new LineErrors(MostErrors));
            await foreach (var (number, read) in TicketFile.Lines(file, csv, ct))
                if (!errors.Find(number, read, rules))
                    break;
            errors.Throw();
        }
    }
}
