using Hub.Fakes;

namespace Hub.FakeJira;

/// <summary>Disturbs the order of a page, losing nothing.</summary>
static class PageOrder
{
    public static Issue[] Apply(SearchBehaviour behaviour, Issue[] page, Issue? previous)
    {
        if (!behaviour.ReorderPages) return page;
        Issue[] repeated = previous is null ? page : [previous, .. page];
        return [.. repeated.OrderBy(i => Varied.Mix(i.Id, page.Length))];
    }
}
