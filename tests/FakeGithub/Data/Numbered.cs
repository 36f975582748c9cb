using System.Diagnostics.CodeAnalysis;

namespace Hub.FakeGithub;

/// <summary>Things of one kind by their number, safe to read while others write.</summary>
sealed class Numbered<T>(Lock gate, string kind) where T : class
{
    readonly SortedDictionary<long, T> items = [];
    T[]? snapshot;

    /// <summary>All of them in order of number.</summary>
    public T[] All
    {
        get { lock (gate) return snapshot ??= [.. items.Values]; }
    }

    public T this[long number]
    {
        get => TryGet(number, out var item) ? item : throw new KeyNotFoundException($"The fake GitHub has no {kind} {number} in this repository.");
        set
        {
            lock (gate) (items[number], snapshot) = (value, null);
        }
    }

    public bool TryGet(long number, [NotNullWhen(true)] out T? item)
    {
        lock (gate) return items.TryGetValue(number, out item);
    }

    public void Remove(long number)
    {
        lock (gate)
        {
            items.Remove(number);
            snapshot = null;
        }
    }
}
