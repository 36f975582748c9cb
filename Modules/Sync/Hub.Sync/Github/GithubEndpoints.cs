using Hub.SharedKernel.Modules;
using Hub.Sync.Github.Analysis;
using Hub.Sync.Github.Branches;
using Hub.Sync.Github.Commits;
using Hub.Sync.Github.Links;
using Hub.Sync.Github.Pulls;
using Hub.Sync.Github.Reading;
using Hub.Sync.Github.ReleaseNotes;
using Hub.Sync.Github.Releases;
using Hub.Sync.Github.WorkflowRuns;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Github;

internal sealed class GithubEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var projects = app.MapGroup("/projects").WithTags("Project GitHub");
        SyncProjectGithub.Map(projects);
        ListCommits.Map(projects);
        ListPulls.Map(projects);
        ListBranches.Map(projects);
        ListReleases.Map(projects);
        ListWorkflowRuns.Map(projects);
        GetAnalysis.Map(projects);
        GetReleaseNotes.Map(projects);
        ListTicketLinks.Map(app.MapGroup("/tickets").WithTags("Tickets"));
    }
}
