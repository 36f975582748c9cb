using System.Text.Json;
using FluentValidation;
using Hub.Integrations.Integrations;
using Hub.Integrations.ProjectConfig;
using Hub.SharedKernel.Access;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.JiraConfig;

/// <summary>
/// Tests a Jira, then makes it the project's: stored only if the test succeeds, or disabled with <c>force</c>. What the form does not have stays as it is
/// when it replaces one, and so does a webhook secret that is not sent.
/// </summary>
internal static class StoreJiraConfig
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/jira-config", async Task<Results<Created<JiraConfigAnswer>, Ok<JiraConfigAnswer>>> (
            long id, Body body, bool? force, IMediator mediator, CancellationToken ct) =>
        {
            var (answer, isNew) = await mediator.Send(new Request(id, body, force ?? false), ct);
            return isNew ? TypedResults.Created($"/api/v1/projects/{id}/jira-config", answer) : TypedResults.Ok(answer);
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .WithSummary("Test and store a project's Jira");

    /// <param name="JiraUrl">Address of the site, with its context path if it has one.</param>
    /// <param name="Email">E-mail of the Cloud account; needed unless deployment is data_center.</param>
    /// <param name="ApiKey">Cloud API token, or personal access token of a Data Center; the placeholder keeps the stored one.</param>
    /// <param name="ProjectKey">Key of the Jira project; several are separated by commas.</param>
    /// <param name="Jql">Further restriction of what is synchronised, without order by.</param>
    /// <param name="Deployment">auto (default), cloud or data_center.</param>
    /// <param name="WebhookSecret">Signs Jira's webhooks; absent keeps the stored one, empty removes it.</param>
    /// <param name="FieldMappings">Jira fields for the hub's own names.</param>
    public sealed record Body(
        string JiraUrl, string? Email, string ApiKey, string ProjectKey, string? Jql = null, string? Deployment = null, string? WebhookSecret = null,
        JsonElement? FieldMappings = null)
    {
        public override string ToString() => nameof(StoreJiraConfig);
    }

    public sealed record Request(long ProjectId, Body Body, bool Force) : IRequest<(JiraConfigAnswer Answer, bool IsNew)>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.Body.JiraUrl).NotEmpty().WithMessage("is required");
            RuleFor(r => r.Body.ApiKey).NotEmpty().WithMessage("is required");
            RuleFor(r => r.Body.ProjectKey).NotEmpty().WithMessage("is required");
            RuleFor(r => r.Body.Email).NotEmpty().When(r => r.Body.Deployment is not "data_center")
                .WithMessage("is required; only a Jira Data Center (deployment data_center) takes a token alone");
        }
    }

    private sealed class Handler(ProjectIntegration project, IntegrationView view) : IRequestHandler<Request, (JiraConfigAnswer Answer, bool IsNew)>
    {
        private static readonly Dictionary<string, string> Names = new()
        {
            ["jira_url"] = "base_url",
            ["email"] = "email",
            ["api_key"] = "api_token",
            ["project_key"] = "project_keys",
            ["jql"] = "jql",
            ["deployment"] = "deployment",
            ["webhook_secret"] = "webhook_secret",
            ["field_mappings"] = "field_mappings",
        };

        private static readonly string[] Cleared = ["base_url", "email", "project_keys", "jql", "deployment", "field_mappings"];

        public async Task<(JiraConfigAnswer Answer, bool IsNew)> Handle(Request request, CancellationToken cancellationToken)
        {
            var form = new ProjectForm("jira", "Jira", Names, Values(request.Body), Cleared);
            var stored = await project.Store(request.ProjectId, form, request.Force, cancellationToken);
            return (JiraConfigAnswer.Of(view.Of(stored.Integration, stored.Schema), stored.Test), stored.IsNew);
        }

        private static Dictionary<string, JsonElement> Values(Body body)
        {
            var values = FormValues.Of(
                ("base_url", body.JiraUrl), ("email", body.Email), ("api_token", body.ApiKey), ("project_keys", body.ProjectKey), ("jql", body.Jql),
                ("deployment", body.Deployment), ("webhook_secret", body.WebhookSecret));
            if (body.FieldMappings is { } mappings)
                values["field_mappings"] = mappings;
            return values;
        }
    }
}
