namespace Hub.Fakes;

/// <summary>A command line of names and values, such as <c>--port 8090</c>.</summary>
public sealed class CommandLine
{
    readonly Dictionary<string, string> values = [];

    /// <exception cref="FormatException">A name is unknown, or has no value; the message says which.</exception>
    public CommandLine(string[] args, params string[] names)
    {
        foreach (var pair in args.Chunk(2))
        {
            if (!names.Contains(pair[0])) throw new FormatException($"'{pair[0]}' is not known.");
            values[pair[0]] = pair.Length == 2 ? pair[1] : throw new FormatException($"'{pair[0]}' needs a value.");
        }
    }

    public string? Find(string name) => values.GetValueOrDefault(name);

    public string Text(string name, string otherwise) => values.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise) =>
        !values.TryGetValue(name, out var text) ? otherwise
        : int.TryParse(text, out var number) && number >= 0 ? number
        : throw new FormatException($"{name} is a number, not '{text}'.");
}
