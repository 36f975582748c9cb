using System.Text.Json.Nodes;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira.Writing;

/// <summary>What is to be done to an issue, checked against what Jira says is possible.</summary>
/// <param name="Edit">Fields to set.</param>
/// <param name="Step">The transition to take.</param>
/// <param name="Wanted">The status it is taken for.</param>
/// <param name="StepFields">What the transition's screen is given.</param>
/// <param name="Comment">A comment to add, plain text.</param>
internal sealed record ChangePlan(JsonObject Edit, Transition? Step, string? Wanted, JsonObject StepFields, string? Comment)
{
    public bool IsEmpty => Edit.Count == 0 && Step is null && Comment is null;
}

/// <summary>
/// Changes an issue step by step: fields, then status, then comment. What can be repeated without a second effect is repeated once when its outcome is
/// unknown or somebody else changed the issue at that moment; a comment never is.
/// </summary>
/// <param name="issues">Where.</param>
/// <param name="id">Which issue.</param>
/// <param name="since">Its last update as it was read before.</param>
internal sealed class IssueChange(IssueWrites issues, string id, DateTimeOffset since)
{
    private readonly List<string> applied = [];

    /// <summary>The steps that surely happened: fields, status, comment.</summary>
    public IReadOnlyList<string> Applied => applied;

    /// <exception cref="JiraRefusal">The next step was refused.</exception>
    /// <exception cref="ProviderFailure">The next step was not done.</exception>
    /// <exception cref="OutcomeUnknown">The next step may have been done.</exception>
    public async Task Apply(ChangePlan plan, CancellationToken ct)
    {
        if (plan.Edit.Count > 0)
        {
            await Edit(plan.Edit, ct);
            applied.Add("fields");
        }

        if (plan.Step is { } step)
        {
            await Move(step, plan.Wanted!, plan.StepFields, ct);
            applied.Add("status");
        }

        if (plan.Comment is { } comment)
        {
            await Comment(comment, ct);
            applied.Add("comment");
        }
    }

    private async Task Edit(JsonObject fields, CancellationToken ct)
    {
        try
        {
            await issues.Edit(id, fields, ct);
        }
        catch (Exception doubt) when (IsDoubt(doubt))
        {
            // Setting the same values again changes nothing more.
            await issues.Edit(id, fields, ct);
        }
    }

    private async Task Move(Transition step, string wanted, JsonObject fields, CancellationToken ct)
    {
        try
        {
            await issues.Move(id, step, fields, ct);
        }
        catch (Exception doubt) when (IsDoubt(doubt))
        {
            var issue = await issues.Read(id, ct);
            if (Transition.Leads(issue.At("fields", "status"), wanted))
                return;
            if (Transition.Toward(await issues.Transitions(id, ct), wanted) is not { } again)
                throw;
            await issues.Move(id, again, fields, ct);
        }
    }

    private async Task Comment(string text, CancellationToken ct)
    {
        try
        {
            await issues.Comment(id, text, ct);
        }
        catch (OutcomeUnknown)
        {
            if (!await Commented(text, ct))
                throw;
        }
    }

    private async Task<bool> Commented(string text, CancellationToken ct)
    {
        try
        {
            return await issues.HasComment(id, text, since, ct);
        }
        catch (Exception unseen) when (unseen is ProviderFailure or JiraRefusal)
        {
            return false;
        }
    }

    private static bool IsDoubt(Exception thrown) => thrown is OutcomeUnknown or JiraRefusal { Status: 409 };
}
