using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.SharedKernel.Problems;

namespace Hub.Sync.Jira.Writing;

/// <summary>
/// Fields of an issue as a caller wants them, in Jira's form. Everything that is wrong is gathered, so that a caller hears of all of it at once and nothing
/// was sent by then.
/// </summary>
internal sealed class IssueFields(IReadOnlyList<ScreenField> screen, FieldNames names, FieldShape shape)
{
    private readonly Dictionary<string, string[]> errors = new(StringComparer.Ordinal);

    public JsonObject Values { get; } = [];

    public bool Has(string id) => screen.Any(field => field.Id == id);

    /// <param name="path">Where in the request it stands.</param>
    /// <param name="id">Which field of Jira.</param>
    /// <param name="value">Undefined leaves the field alone, null empties it.</param>
    /// <param name="ct">Cancels it.</param>
    public async Task Set(string path, string id, JsonElement value, CancellationToken ct)
    {
        if (value.ValueKind is JsonValueKind.Undefined)
            return;
        if (screen.FirstOrDefault(field => field.Id == id) is { } field)
            await Set(path, field, value, ct);
        else
            errors[path] = ["cannot be set: it is not on Jira's screen for this kind of issue, or the account may not edit it"];
    }

    /// <summary>The members of <c>fields</c>, by whatever name callers know them.</summary>
    public async Task SetNamed(JsonElement fields, CancellationToken ct)
    {
        if (fields.ValueKind is not JsonValueKind.Object)
            return;
        foreach (var member in fields.EnumerateObject())
        {
            var path = $"fields.{member.Name}";
            try
            {
                await Set(path, names.Find(member.Name, screen), member.Value, ct);
            }
            catch (FieldRefused refused)
            {
                errors[path] = [refused.Message];
            }
        }
    }

    /// <summary>Notes what the screen requires, has no default for, and was not given.</summary>
    public void RequireRest() => RequireAll(screen);

    /// <summary>The same of some fields.</summary>
    public void RequireAll(IEnumerable<ScreenField> asked)
    {
        foreach (var field in asked.Where(field => field is { Required: true, HasDefault: false, Id: not ("project" or "issuetype" or "reporter") }))
            if (!Values.TryGetPropertyValue(field.Id, out var given) || given is null)
                errors.TryAdd(names.PathOf(field.Id), [$"is required by Jira ({field.Name}){(field.Allowed.Count > 0 ? $"; allowed are: {field.Choices}" : "")}"]);
    }

    /// <exception cref="InvalidException">Something was wrong.</exception>
    public void ThrowIfWrong()
    {
        if (errors.Count > 0)
            throw new InvalidException(errors);
    }

    private async Task Set(string path, ScreenField field, JsonElement value, CancellationToken ct)
    {
        try
        {
            if (Values.ContainsKey(field.Id))
                throw new FieldRefused("names a field that is given twice");
            Values[field.Id] = await shape.Of(field, value, ct);
        }
        catch (FieldRefused refused)
        {
            errors[path] = [refused.Message];
        }
    }
}
