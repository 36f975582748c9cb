using System.Globalization;
using System.Text.Json;
using Hub.SharedKernel.Problems;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira.Writing;

/// <param name="Id">Jira's id.</param>
/// <param name="Name">What people call it.</param>
/// <param name="IsSubTask">It needs a parent.</param>
internal sealed record ScreenType(string Id, string Name, bool IsSubTask);

/// <summary>
/// What a new issue of a project can be and needs. Cloud names its lists <c>issueTypes</c> and <c>fields</c>, a Data Center <c>values</c>
/// (https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/).
/// </summary>
internal sealed class CreateScreen(JiraCalls jira, string project)
{
    private const int PageSize = 100;
    private const int MostPages = 30;

    /// <exception cref="InvalidException">The account can create nothing there.</exception>
    public async Task<IReadOnlyList<ScreenType>> Types(CancellationToken ct)
    {
        IReadOnlyList<JsonElement> found;
        try
        {
            found = await Pages(Path, "issueTypes", ct);
        }
        catch (JiraRefusal refusal) when (refusal.Status is 400 or 404)
        {
            throw NoProject(refusal.Message);
        }

        var types = found.Where(type => type.Text("id") is not null && type.Text("name") is not null)
            .Select(type => new ScreenType(type.Text("id")!, type.Text("name")!, type.At("subtask").ValueKind is JsonValueKind.True)).ToArray();
        return types.Length > 0 ? types : throw NoProject("Jira lists no issue types.");
    }

    /// <exception cref="InvalidException">The project has no such type.</exception>
    public static ScreenType Named(IReadOnlyList<ScreenType> types, string name, string project) =>
        types.FirstOrDefault(type => type.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? types.FirstOrDefault(type => type.Id == name)
        ?? throw new InvalidException("issue_type", $"'{name}' is no issue type of {project}; it has: {ScreenField.Shown(types.Select(type => type.Name))}");

    public async Task<IReadOnlyList<ScreenField>> Fields(ScreenType type, CancellationToken ct) =>
        [.. (await Pages($"{Path}/{Uri.EscapeDataString(type.Id)}", "fields", ct)).Select(field => ScreenField.Of(field)).OfType<ScreenField>()];

    private string Path => $"issue/createmeta/{Uri.EscapeDataString(project)}/issuetypes";

    private InvalidException NoProject(string said) =>
        new("project_key", $"'{project}' is no project in which this account may create issues. {said}");

    private async Task<IReadOnlyList<JsonElement>> Pages(string path, string list, CancellationToken ct)
    {
        var items = new List<JsonElement>();
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await jira.Get(string.Create(CultureInfo.InvariantCulture, $"{path}?startAt={items.Count}&maxResults={PageSize}"), ct);
            if ((answer.At(list) is { ValueKind: JsonValueKind.Array } named ? named : answer.At("values")) is not { ValueKind: JsonValueKind.Array } found)
                throw new ProviderFailure("provider_error", "Jira's description of its create screen has no list.", true);
            items.AddRange(found.EnumerateArray());
            if (found.GetArrayLength() == 0 || answer.At("isLast").ValueKind is JsonValueKind.True || items.Count >= (JiraTime.Number(answer.At("total")) ?? items.Count))
                break;
        }

        return items;
    }
}
