using System.Text.RegularExpressions;
using FluentValidation;
using Hub.Integrations.Budgets;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Budgets;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.TicketFields;

/// <summary>Which fields a ticket can have at an integration: of the whole site, of a project, or of one issue type there. Asked of the third party each time.</summary>
internal static partial class ListTicketFields
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/fields", async (
            long id, [FromQuery(Name = "project_key")] string? project, [FromQuery(Name = "issue_type")] string? type, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, project, type), ct)))
        .RequireRole(Role.Viewer)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status502BadGateway)
        .WithSummary("List the fields of tickets at an integration");

    public sealed record Request(long Id, string? ProjectKey, string? IssueType) : IRequest<Page<TicketField>>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.ProjectKey).Must(key => key is null || ProjectKey().IsMatch(key)).WithMessage("must be the key or number of a project, such as ENG");
            RuleFor(r => r.ProjectKey).NotNull().When(r => r.IssueType is not null).WithMessage("is required with issue_type");
        }
    }

    private sealed class Handler(
        Db db, Caller caller, IntegrationStore store, IntegrationTypes types, EffectiveConfigurations configurations, CallBudgets budgets, HealthLog health, TimeProvider time)
        : IRequestHandler<Request, Page<TicketField>>
    {
        public async Task<Page<TicketField>> Handle(Request request, CancellationToken cancellationToken)
        {
            var row = await store.Find(request.Id, caller.ScopeId, cancellationToken) ?? throw NotFoundException.Of("integration", request.Id);
            if (row.IntegrationType is not "jira")
                throw new ConflictException("not_a_ticketing_integration", $"Fields can be read of jira integrations; this one is {row.IntegrationType}.");
            var configuration = await configurations.Of(row, await types.Of(row, cancellationToken), cancellationToken);
            if (configuration.Problem is { } problem)
                throw new ConflictException("incomplete_configuration", problem);
            var jira = new JiraFields(budgets.For(configuration, Urgency.Manual), configuration, row.Detected);
            try
            {
                var fields = request.ProjectKey is { } project
                    ? await jira.OfProject(project, request.IssueType, cancellationToken)
                    : await jira.All(cancellationToken);
                await Observe(row.Id, null, null, cancellationToken);
                return new Page<TicketField>(fields, null);
            }
            catch (FieldsUnavailable fault)
            {
                // A project that is not there says nothing about the integration.
                if (fault.Reason is not FailureReason.NotFound)
                    await Observe(row.Id, fault.Reason, fault.Message, cancellationToken);
                throw new UpstreamException(fault.Status, fault.Status == 504 ? "upstream_timeout" : "upstream_refused", fault.Message);
            }
        }

        private async Task Observe(long id, string? reason, string? message, CancellationToken ct)
        {
            await using var tx = await db.Begin(ct);
            await health.Observe(id, HealthLog.Call, new Observation(time.GetUtcNow(), reason is null, reason, message), null, ct);
            await tx.Commit(ct);
        }
    }

    // It becomes a part of the address.
    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,255}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ProjectKey();
}
