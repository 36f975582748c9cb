namespace Hub.Schemas.Documents;

/// <summary>Everything that is wrong with a document, by JSON path: <c>fields[2].pattern</c>.</summary>
internal sealed class Findings
{
    // A hostile document could break a rule in every one of a million places; the first ones are enough to mend it.
    private const int Limit = 100;
    private readonly Dictionary<string, List<string>> messages = new(StringComparer.Ordinal);
    private int count;

    public void Add(string path, string message)
    {
        if (count++ >= Limit)
            return;
        if (!messages.TryGetValue(path, out var list))
            messages[path] = list = [];
        list.Add(message);
    }

    public IReadOnlyDictionary<string, string[]> All => messages.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray(), StringComparer.Ordinal);
}
