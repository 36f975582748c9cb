using System.Text.Json;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira.Writing;

/// <summary>A step that an issue can take now. Their ids belong to a workflow and their names are translated, so they are chosen by where they lead.</summary>
internal sealed record Transition(string Id, string Name, JsonElement To, IReadOnlyList<ScreenField> Screen)
{
    public string Target => To.Text("name") ?? Name;

    public static IReadOnlyList<Transition> Read(JsonElement answer) => answer.At("transitions") is not { ValueKind: JsonValueKind.Array } list ? []
        : [.. list.EnumerateArray()
            .Where(one => one.Text("id") is not null && one.At("isAvailable").ValueKind is not JsonValueKind.False)
            .Select(one => new Transition(one.Text("id")!, one.Text("name") ?? "", one.At("to"), ScreenField.ById(one.At("fields"))))];

    /// <summary>Whether a status is the wanted one: by name in any case, by id, or by category (new, indeterminate, done).</summary>
    public static bool Leads(JsonElement status, string wanted) => Likeness(status, wanted) is not null;

    /// <summary>The one that leads where it is wanted: by name rather than by id, and by id rather than by category; among equals the one that asks for least.</summary>
    public static Transition? Toward(IEnumerable<Transition> transitions, string wanted) => transitions
        .Select(one => (Transition: one, Likeness: Likeness(one.To, wanted))).Where(one => one.Likeness is not null)
        .OrderBy(one => one.Likeness).ThenBy(one => one.Transition.Screen.Count(field => field is { Required: true, HasDefault: false }))
        .Select(one => one.Transition).FirstOrDefault();

    private static int? Likeness(JsonElement status, string wanted) =>
        wanted.Equals(status.Text("name"), StringComparison.OrdinalIgnoreCase) ? 0
        : wanted == status.Text("id") ? 1
        : wanted.Equals(status.Text("statusCategory", "key"), StringComparison.OrdinalIgnoreCase) ? 2
        : null;
}
