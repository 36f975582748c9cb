using System.Globalization;
using System.Text;
using Hub.Fakes;

namespace Hub.FakeGithub;

/// <summary>
/// Cuts a list into pages of at most 100 and points to the others by <c>Link</c>: by page number, or by a cursor when
/// <see cref="ListBehaviour.Cursors"/> is set. The links name the repository by its number.
/// </summary>
static class Paging
{
    /// <summary>A list in an order of its own.</summary>
    public static Answer Page<T>(this Call call, Func<IEnumerable<T>> items, Func<T, object> show, Func<int, IEnumerable<object>, object>? wrap = null)
    {
        var (size, number) = Wanted(call);
        var all = items().ToList();
        var pages = (all.Count + size - 1) / size;
        var page = all.Skip((number - 1) * size).Take(size).Select(show).ToList();
        return Listed(call, page, all.Count, wrap, Numbered(call, number, pages));
    }

    /// <summary>A list sorted by a time and then by number, either way.</summary>
    public static Answer Page<T>(
        this Call call, Func<IEnumerable<T>> items, Func<T, object> show, Func<T, (long At, long Id)> key, bool descending,
        Func<int, IEnumerable<object>, object>? wrap = null)
    {
        var (size, number) = Wanted(call);
        var behaviour = call.Github.Lists;
        // Within one time the order is nobody's promise: with TiesMove it is another on each page.
        (long At, long Id) Rank(T item)
        {
            var (at, id) = key(item);
            if (behaviour.TiesMove) id = Varied.Mix(id, number);
            return descending ? (-at, -id) : (at, id);
        }

        var all = items().Select(item => (Rank: Rank(item), Item: item)).OrderBy(i => i.Rank).ToList();
        if (!behaviour.Cursors)
        {
            var pages = (all.Count + size - 1) / size;
            return Listed(call, all.Skip((number - 1) * size).Take(size).Select(i => show(i.Item)), all.Count, wrap, Numbered(call, number, pages));
        }

        var rest = Cursor(call.Query("after")) is { } after ? all.Where(i => i.Rank.CompareTo(after) > 0).ToList() : all;
        Dictionary<string, string> links = [];
        if (rest.Count > size) links["next"] = Link(call, ("after", Text(rest[size - 1].Rank)), ("page", $"{number + 1}"));
        return Listed(call, rest.Take(size).Select(i => show(i.Item)), all.Count, wrap, links);
    }

    /// <summary>The size of a page and its number, from 1; what listens for pages is told.</summary>
    public static (int Size, int Number) Wanted(Call call)
    {
        var (size, number) = (Math.Min(call.Number("per_page", 30), 100), call.Number("page", 1));
        call.Github.Lists.BeforePage?.Invoke(call.Rest, number);
        return (size, number);
    }

    public static Answer Listed(Call call, IEnumerable<object> page, int total, Func<int, IEnumerable<object>, object>? wrap, Dictionary<string, string> links)
    {
        var shown = page.ToList();
        var answer = Answer.Ok(wrap is null ? shown : wrap(total, shown));
        if (call.Github.Lists.LinkLoops && links.ContainsKey("next")) links["next"] = Link(call, ("page", call.Query("page")), ("after", call.Query("after")));
        if (links.Count > 0) answer.Headers["Link"] = string.Join(", ", links.Select(l => $"<{l.Value}>; rel=\"{l.Key}\""));
        return answer;
    }

    public static Dictionary<string, string> Numbered(Call call, int number, int pages)
    {
        Dictionary<string, string> links = [];
        void Add(string rel, int page) => links[rel] = Link(call, ("page", $"{page}"));
        if (number > 1) Add("prev", number - 1);
        if (number < pages) Add("next", number + 1);
        if (number < pages && !call.Github.Lists.NoLast) Add("last", pages);
        if (number > 1) Add("first", 1);
        return links;
    }

    /// <summary>The address of the same list with these parameters changed; null takes one out.</summary>
    public static string Link(Call call, params (string Name, string? Value)[] changes)
    {
        var query = call.Request.Query.Where(q => changes.All(c => c.Name != q.Key) && q.Key is not ("page" or "after"))
            .Select(q => (q.Key, Value: q.Value.ToString()))
            .Concat(changes.Where(c => c.Value is not null).Select(c => (Key: c.Name, Value: c.Value!)))
            .Select(q => $"{Uri.EscapeDataString(q.Key)}={Uri.EscapeDataString(q.Value)}");
        var path = call.HasRepository ? $"/repositories/{call.Repository.Id}{call.Rest}" : call.Rest;
        return $"{call.Github.Lists.LinkOrigin ?? call.Github.Url}{path}?{string.Join('&', query)}";
    }

    static string Text((long At, long Id) rank) => Convert.ToBase64String(Encoding.ASCII.GetBytes($"cursor:v2:{rank.At}:{rank.Id}"));

    static (long At, long Id)? Cursor(string? text)
    {
        if (text is null) return null;
        var buffer = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, buffer, out var length)) return null;
        var parts = Encoding.ASCII.GetString(buffer, 0, length).Split(':');
        return parts.Length == 4 && long.TryParse(parts[2], CultureInfo.InvariantCulture, out var at) && long.TryParse(parts[3], CultureInfo.InvariantCulture, out var id)
            ? (at, id) : null;
    }
}
