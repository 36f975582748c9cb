namespace Hub.Schemas.Documents;

/// <summary>The rules for what the objects in a json field's list are made of.</summary>
internal static class RecordRules
{
    public const int MaxMembers = 20;

    public static void Check(Node records, string? type)
    {
        if (type is not (null or "json"))
            records.Report("is for the type json only");
        var members = records.Items().ToArray();
        if (members.Length > MaxMembers)
        {
            records.Report($"must have at most {MaxMembers} entries");
            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var keys = 0;
        foreach (var member in members)
        {
            if (!member.IsObject("name", "required", "key", "placeholder", "pattern", "options", "except"))
                continue;
            if (member.Text("name", required: true, FieldRules.Name(), FieldRules.NameHint) is { } name && !names.Add(name))
                member.Report("name", "is used by another member too");
            member.Flag("required");
            if (member.Flag("key") is true && ++keys > 1)
                member.Report("key", "only one member can be the key");
            member.Text("placeholder", max: 200);
            if (member.Member("pattern") is { } pattern)
                FieldRules.PatternOf(pattern);
            member.Texts("options");
            member.Texts("except");
        }
    }
}
