using FluentValidation;
using Hub.Integrations.Integrations;
using Hub.Integrations.ProjectConfig;
using Hub.SharedKernel.Access;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.GithubConfig;

/// <summary>
/// Tests a GitHub repository, then makes it the project's: stored only if the test succeeds, or disabled with <c>force</c>. What the form does not have
/// stays as it is when it replaces one, and so do a webhook secret and an API address that are not sent.
/// </summary>
internal static class StoreGithubConfig
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/github-config", async Task<Results<Created<GithubConfigAnswer>, Ok<GithubConfigAnswer>>> (
            long id, Body body, bool? force, IMediator mediator, CancellationToken ct) =>
        {
            var (answer, isNew) = await mediator.Send(new Request(id, body, force ?? false), ct);
            return isNew ? TypedResults.Created($"/api/v1/projects/{id}/github-config", answer) : TypedResults.Ok(answer);
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .WithSummary("Test and store a project's GitHub repository");

    /// <param name="Repository">Owner and name, or the repository's address on github.com.</param>
    /// <param name="AccessToken">Fine-grained or classic token; the placeholder keeps the stored one.</param>
    /// <param name="WebhookSecret">Signs GitHub's webhooks; absent keeps the stored one, empty removes it.</param>
    /// <param name="WebhookUrl">Where GitHub delivers to, if it is not the address of this hub.</param>
    /// <param name="BaseUrl">API address of a GitHub Enterprise Server; absent keeps the stored one, at first that of github.com.</param>
    public sealed record Body(string Repository, string AccessToken, string? WebhookSecret = null, string? WebhookUrl = null, string? BaseUrl = null)
    {
        public override string ToString() => nameof(StoreGithubConfig);
    }

    public sealed record Request(long ProjectId, Body Body, bool Force) : IRequest<(GithubConfigAnswer Answer, bool IsNew)>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.Body.Repository).NotEmpty().WithMessage("is required");
            RuleFor(r => r.Body.AccessToken).NotEmpty().WithMessage("is required");
        }
    }

    private sealed class Handler(ProjectIntegration project, IntegrationView view) : IRequestHandler<Request, (GithubConfigAnswer Answer, bool IsNew)>
    {
        private static readonly Dictionary<string, string> Names =
            new[] { "repository", "access_token", "webhook_secret", "webhook_url", "base_url" }.ToDictionary(name => name);

        private static readonly string[] Cleared = ["repository", "webhook_url"];

        public async Task<(GithubConfigAnswer Answer, bool IsNew)> Handle(Request request, CancellationToken cancellationToken)
        {
            var body = request.Body;
            var values = FormValues.Of(
                ("repository", OwnerAndName(body.Repository)), ("access_token", body.AccessToken), ("webhook_secret", body.WebhookSecret),
                ("webhook_url", body.WebhookUrl), ("base_url", body.BaseUrl));
            var stored = await project.Store(
                request.ProjectId, new ProjectForm("github_repos", "GitHub", Names, values, Cleared), request.Force, cancellationToken);
            return (GithubConfigAnswer.Of(view.Of(stored.Integration, stored.Schema), stored.Test), stored.IsNew);
        }
    }

    internal static string OwnerAndName(string repository)
    {
        const string site = "https://github.com/";
        var name = repository.Trim();
        if (!name.StartsWith(site, StringComparison.OrdinalIgnoreCase))
            return name;
        name = name[site.Length..].TrimEnd('/');
        return name.EndsWith(".git", StringComparison.Ordinal) ? name[..^4] : name;
    }
}
