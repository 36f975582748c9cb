using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;
using MediatR;

namespace Hub.Sync.Projects;

internal static class KnownProject
{
    /// <exception cref="NotFoundException">There is no such project that the caller sees.</exception>
    public static async Task RequireProject(this IMediator mediator, long id, Caller caller, CancellationToken ct)
    {
        if (await mediator.Send(new AskScope(id, caller.ScopeId), ct) is not { Kind: "project" })
            throw NotFoundException.Of("project", id);
    }
}
