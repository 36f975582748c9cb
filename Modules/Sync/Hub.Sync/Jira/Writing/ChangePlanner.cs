using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.SharedKernel.Problems;
using Hub.Sync.Providers;
using Hub.Sync.Tickets;

namespace Hub.Sync.Jira.Writing;

/// <summary>Turns what a caller wants changed into steps, leaving out what is so already. Only reads; whatever is impossible is told before anything is done.</summary>
/// <param name="jira">Where.</param>
/// <param name="issue">The issue as it is now.</param>
/// <param name="now">The same as a ticket.</param>
internal sealed class ChangePlanner(JiraCalls jira, JsonElement issue, RemoteTicket now)
{
    private readonly IssueWrites issues = new(jira);

    /// <exception cref="InvalidException">It cannot be done so; see its errors.</exception>
    public async Task<ChangePlan> Plan(ChangeTicket.Body body, CancellationToken ct)
    {
        var wanted = body.Status.Text();
        var step = wanted is null ? null : await Step(wanted, ct);
        var editScreen = Edits(body) ? await issues.EditScreen(now.ExternalId, ct) : [];
        var screen = step is null ? editScreen : [.. editScreen, .. step.Screen.Where(field => editScreen.All(other => other.Id != field.Id))];
        var fields = new IssueFields(
            screen, new FieldNames(jira.Connection), new FieldShape(new JiraPeople(jira, now.ProjectKey), jira.Cloud));

        await fields.Set("summary", "summary", Unless(body.Summary, body.Summary.Text() == now.Summary), ct);
        await fields.Set("description", "description", Unless(body.Description, Text(body.Description) == now.Description), ct);
        await fields.Set("priority", "priority", Unless(body.Priority, Alike(body.Priority, now.Priority)), ct);
        await fields.Set("assignee", "assignee", Unless(body.Assignee, IsAssigned(body.Assignee)), ct);
        await fields.Set("labels", "labels", Unless(body.Labels, Labels(body.Labels).SequenceEqual(now.Labels)), ct);
        await fields.Set("due_date", "duedate", Unless(body.DueDate, JiraTime.Day(body.DueDate) == now.DueDate), ct);
        await fields.Set("resolution", "resolution", body.Resolution, ct);
        await fields.SetNamed(body.Fields, ct);
        if (step is not null)
            fields.RequireAll(step.Screen.Where(field => issue.At("fields", field.Id).ValueKind is JsonValueKind.Undefined or JsonValueKind.Null));
        fields.ThrowIfWrong();

        // What the transition asks for goes with it: some fields can be set nowhere else.
        var withStep = step?.Screen.Where(field => field.Id is "resolution" || editScreen.All(other => other.Id != field.Id)).Select(field => field.Id).ToHashSet() ?? [];
        return new ChangePlan(Only(fields.Values, id => !withStep.Contains(id)), step, wanted, Only(fields.Values, withStep.Contains), body.Comment);
    }

    private async Task<Transition?> Step(string wanted, CancellationToken ct)
    {
        if (Transition.Leads(issue.At("fields", "status"), wanted))
            return null;
        var all = await issues.Transitions(now.ExternalId, ct);
        return Transition.Toward(all, wanted) ?? throw new InvalidException("status", all.Count == 0
            ? "cannot be changed: Jira offers this account no transition. It may lack the permission to transition issues."
            : $"'{wanted}' cannot be reached from '{now.Status}'; reachable are: {ScreenField.Shown(all.Select(one => one.Target))}");
    }

    private static bool Edits(ChangeTicket.Body body) => new[]
    {
        body.Summary, body.Description, body.Priority, body.Assignee, body.Labels, body.DueDate, body.Resolution, body.Fields,
    }.Any(value => value.ValueKind is not JsonValueKind.Undefined);

    private static JsonElement Unless(JsonElement value, bool same) => same && value.ValueKind is not JsonValueKind.Undefined ? default : value;

    private static string? Text(JsonElement value) => value.Text()?.ReplaceLineEndings("\n").Trim() is { Length: > 0 } text ? text : null;

    private static bool Alike(JsonElement value, string? stored) => string.Equals(value.Text(), stored, StringComparison.OrdinalIgnoreCase);

    // A name may belong to two people; the account id, and nobody, to one.
    private bool IsAssigned(JsonElement value) => value.ValueKind is JsonValueKind.Null ? now.AssigneeId is null : now.AssigneeId is { } id && value.Text() == id;

    private static IEnumerable<string> Labels(JsonElement value) => value.ValueKind is JsonValueKind.Array
        ? value.EnumerateArray().Select(label => label.Text()).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal) : [];

    private static JsonObject Only(JsonObject values, Func<string, bool> wanted) =>
        new(values.Where(value => wanted(value.Key)).Select(value => KeyValuePair.Create(value.Key, value.Value?.DeepClone())));
}
