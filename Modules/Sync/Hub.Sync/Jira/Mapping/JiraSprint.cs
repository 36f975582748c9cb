using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira.Mapping;

/// <summary>
/// A sprint as a Data Center writes it into a field: <c>com.atlassian.greenhopper.service.sprint.Sprint@1f2[id=1,state=ACTIVE,name=Sprint 1,...]</c>.
/// Cloud gives an object.
/// </summary>
internal static partial class JiraSprint
{
    /// <returns>An object of its members, all of them text; null when the text is no such sprint.</returns>
    public static JsonElement? Read(JsonElement value)
    {
        var text = value.Text() ?? "";
        var bracket = text.IndexOf('[');
        if (!text.StartsWith("com.atlassian.greenhopper.", StringComparison.Ordinal) || bracket < 0 || text[^1] != ']')
            return null;
        var content = text[(bracket + 1)..^1];
        // Names may hold commas and equals signs: a member begins where a comma is followed by a word and an equals sign.
        var begins = Members().Matches(content);
        var members = new Dictionary<string, string?>(StringComparer.Ordinal);
        for (var i = 0; i < begins.Count; i++)
        {
            var start = begins[i].Index + begins[i].Length;
            var given = content[start..(i + 1 < begins.Count ? begins[i + 1].Index : content.Length)];
            members.TryAdd(begins[i].Groups["name"].Value, given is "<null>" or "" ? null : given);
        }

        return JsonSerializer.SerializeToElement(members);
    }

    [GeneratedRegex(
        "(?:^|,)(?<name>id|rapidViewId|state|name|goal|startDate|endDate|completeDate|activatedDate|sequence|synced|autoStartStop"
        + "|incompleteIssuesDestinationId)=")]
    private static partial Regex Members();
}
