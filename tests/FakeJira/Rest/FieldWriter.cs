using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>Reads <c>fields</c> and <c>update</c> of a write into one change, refusing what Jira refuses, field by field.</summary>
static class FieldWriter
{
    // Status is not here on purpose: a status in an edit is refused, and a transition in it is ignored.
    static readonly Dictionary<string, Func<JsonElement, ApiView, FakeJiraServer, Func<Issue, Issue>>> Writers = new()
    {
        ["summary"] = (value, _, _) => Summary(value),
        ["description"] = (value, view, _) => Description(value, view),
        ["labels"] = (value, _, _) => Labels(value),
        ["priority"] = (value, _, _) => PriorityOf(value),
        ["issuetype"] = (value, _, _) => TypeOf(value),
        ["assignee"] = (value, _, jira) => Assignee(value, jira),
        ["duedate"] = (value, _, _) => DueDate(value),
        ["parent"] = (value, _, jira) => Parent(value, jira),
        ["components"] = (value, _, _) => Components(value),
        ["project"] = (_, _, _) => i => i,
        ["reporter"] = (_, _, _) => i => i,
    };

    /// <summary>The change that a body describes. <paramref name="missing"/> is what is known to be wrong already; all errors are told together.</summary>
    public static Func<Issue, Issue> Read(
        JsonElement body, ApiView view, FakeJiraServer jira, IEnumerable<(string Field, string Message)>? missing = null, bool onTransition = false)
    {
        var changes = new List<Func<Issue, Issue>>();
        var errors = (missing ?? []).ToDictionary(m => m.Field, m => m.Message);
        var fields = body.Get("fields");
        foreach (var field in fields?.EnumerateObject().ToArray() ?? [])
        {
            if (onTransition && field.Name == "resolution") Try("resolution", () => ResolutionOf(field.Value));
            else Try(field.Name, () => Change(field.Name, field.Value, view, jira));
        }

        foreach (var field in body.Get("update")?.EnumerateObject().ToArray() ?? [])
        {
            if (fields?.TryGetProperty(field.Name, out _) == true)
                throw JiraProblem.Field(field.Name, $"Field '{field.Name}' cannot be both in 'fields' and 'update'.");
            foreach (var operation in field.Value.EnumerateArray())
                Try(field.Name, () => Operation(field.Name, operation.EnumerateObject().First(), view, jira));
        }

        if (errors.Count > 0) throw new JiraProblem(400) { Errors = errors.ToImmutableSortedDictionary() };
        return issue => changes.Aggregate(issue, (state, change) => change(state));

        void Try(string name, Func<Func<Issue, Issue>> read)
        {
            try
            {
                changes.Add(read());
            }
            catch (JiraProblem refused) when (refused.Errors.Count > 0)
            {
                foreach (var (field, message) in refused.Errors) errors.TryAdd(field, message);
            }
            catch (InvalidOperationException)
            {
                errors.TryAdd(name, "data was not of the type that the field has");
            }
        }
    }

    static Func<Issue, Issue> Change(string name, JsonElement value, ApiView view, FakeJiraServer jira)
    {
        if (Writers.TryGetValue(name, out var writer)) return writer(value, view, jira);
        if (JiraFields.Find(name) is { IsCustom: true } field && field.Id == name)
        {
            var kept = CustomFields.Read(field, value, view, jira);
            return i => i with { Custom = i.Custom.SetItem(name, kept) };
        }

        throw JiraProblem.Field(name, $"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown.");
    }

    static Func<Issue, Issue> Operation(string name, JsonProperty operation, ApiView view, FakeJiraServer jira) => (name, operation.Name) switch
    {
        (_, "set") => Change(name, operation.Value, view, jira),
        ("labels", "add") => i => i with { Labels = [.. i.Labels.Append(operation.Value.GetString()!).Distinct()] },
        ("comment", "add") => Commented(operation.Value, view, jira),
        ("labels", "remove") => i => i with { Labels = i.Labels.Remove(operation.Value.GetString()!) },
        _ => throw JiraProblem.Field(name, $"Field '{name}' does not support operation '{operation.Name}'."),
    };

    // A comment that comes with an edit or a transition is told by the edit's own webhook.
    static Func<Issue, Issue> Commented(JsonElement value, ApiView view, FakeJiraServer jira)
    {
        var comment = jira.Issues.NewComment(RichText("comment", value.Get("body") ?? default, view), jira.Account);
        return i => i with { Comments = i.Comments.Add(comment) };
    }

    static Func<Issue, Issue> ResolutionOf(JsonElement value)
    {
        var resolution = Named("resolution", value, Resolution.Find);
        return i => i with { Resolution = resolution };
    }

    static Func<Issue, Issue> Summary(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : throw JiraProblem.Field("summary", "Operation value must be a string");
        if (text.Length > 255) throw JiraProblem.Field("summary", "Summary must be less than 255 characters.");
        if (text.Contains('\n', StringComparison.Ordinal))
            throw JiraProblem.Field("summary", "The summary is invalid because it contains newline characters.");
        return i => i with { Summary = text };
    }

    static Func<Issue, Issue> Description(JsonElement value, ApiView view)
    {
        if (value.ValueKind == JsonValueKind.Null) return i => i with { Description = null };
        var text = RichText("description", value, view);
        return i => i with { Description = text };
    }

    /// <summary>Rich text as wiki markup: a document in the third version of the API, a string in the second; nothing else will do.</summary>
    public static string RichText(string field, JsonElement value, ApiView view) => view.RichText
        ? Adf.Text(value) ?? throw JiraProblem.Field(field, "Operation value must be an Atlassian Document (see the Atlassian Document Format)")
        : value.ValueKind == JsonValueKind.String ? value.GetString()! : throw JiraProblem.Field(field, "Operation value must be a string");

    static Func<Issue, Issue> Labels(JsonElement value)
    {
        var labels = value.EnumerateArray().Select(l => l.GetString()!).ToImmutableArray();
        if (labels.FirstOrDefault(l => l.Contains(' ', StringComparison.Ordinal)) is { } wrong)
            throw JiraProblem.Field("labels", $"The label '{wrong}' contains spaces which is invalid.");
        return i => i with { Labels = labels };
    }

    static Func<Issue, Issue> PriorityOf(JsonElement value)
    {
        var priority = Named("priority", value, Priority.Find);
        return i => i with { Priority = priority };
    }

    static Func<Issue, Issue> TypeOf(JsonElement value)
    {
        var type = Named("issuetype", value, IssueType.Find);
        return i => i with { Type = type };
    }

    static T Named<T>(string field, JsonElement value, Func<string, T?> find) where T : class =>
        (value.Text("id") ?? value.Text("name")) is { } name && find(name) is { } found
            ? found
            : throw JiraProblem.Field(field, $"The {field} selected is invalid.");

    static Func<Issue, Issue> Assignee(JsonElement value, FakeJiraServer jira)
    {
        var name = value.ValueKind == JsonValueKind.Null ? null : value.Text(jira.Options.Deployment == Deployment.Cloud ? "accountId" : "name");
        if (name is null) return i => i with { Assignee = null };
        var user = jira.People.FirstOrDefault(u => u.Is(name))
            ?? throw JiraProblem.Field("assignee", $"User '{name}' cannot be assigned issues.");
        return i => i with { Assignee = user };
    }

    static Func<Issue, Issue> DueDate(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null) return i => i with { DueDate = null };
        if (!DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            throw JiraProblem.Field("duedate", "Error parsing date string: " + value.GetString());
        return i => i with { DueDate = day };
    }

    static Func<Issue, Issue> Parent(JsonElement value, FakeJiraServer jira)
    {
        var name = value.Text("key") ?? value.Text("id") ?? "";
        var parent = jira.Issues.Find(name) ?? throw JiraProblem.Field("parentId", "Could not find issue by id or key.");
        return i => i with { ParentKey = parent.Key };
    }

    static Func<Issue, Issue> Components(JsonElement value)
    {
        var names = value.EnumerateArray().Select(c => c.Text("name") ?? Project.Components.FirstOrDefault(n => c.Text("id") == $"{10_000 + Project.Components.IndexOf(n)}") ?? "").ToImmutableArray();
        if (names.FirstOrDefault(n => !Project.Components.Contains(n)) is { } wrong)
            throw JiraProblem.Field("components", $"Component name '{wrong}' is not valid");
        return i => i with { Components = names };
    }
}
