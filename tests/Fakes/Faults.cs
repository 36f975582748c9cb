namespace Hub.Fakes;

/// <summary>
/// The script of bad answers. A request takes the first entry whose prefix its path begins with (as the fake sees the path, after its own
/// prefix; an empty prefix is every path).
/// </summary>
public sealed class Faults
{
    sealed class Entry(string prefix, string? method, Fault fault, int left)
    {
        public bool Meets(string verb, string path) => (method is null || verb == method) && path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
        public Fault Fault => fault;
        public int Left { get; set; } = left;
    }

    readonly Lock gate = new();
    readonly List<Entry> script = [];

    /// <summary>How many requests were answered badly so far.</summary>
    public int Served { get; private set; }

    /// <summary>
    /// The next <paramref name="times"/> requests below the path, with this method if one is given, are answered so. Entries are used up in the order of their adding.
    /// </summary>
    public void Next(string pathPrefix, Fault fault, int times = 1, string? method = null)
    {
        lock (gate) script.Add(new Entry(pathPrefix, method, fault, times));
    }

    /// <summary>Every request below the path is answered so, until <see cref="Clear"/>.</summary>
    public void Always(string pathPrefix, Fault fault) => Next(pathPrefix, fault, int.MaxValue);

    public void Clear()
    {
        lock (gate) script.Clear();
    }

    /// <summary>For the fake's pipeline: the fault that this request meets, which is thereby used up once.</summary>
    public Fault? Take(string method, string path)
    {
        lock (gate)
        {
            var entry = script.Find(e => e.Meets(method, path));
            if (entry is null) return null;
            if (entry.Left != int.MaxValue && --entry.Left == 0) script.Remove(entry);
            Served++;
            return entry.Fault;
        }
    }
}
