using System.Globalization;
using Hub.SharedKernel.Paging;
using Hub.SharedKernel.Problems;

namespace Hub.Sync.Github.Reading;

/// <summary>The place of a row in a list that is ordered by a time, newest first, and by id where times are the same.</summary>
internal sealed record TimeCursor(DateTimeOffset At, long Id)
{
    /// <returns>Null on the first page.</returns>
    /// <exception cref="InvalidException">It is no such place.</exception>
    public static TimeCursor? Before(PageRequest page)
    {
        if (page.After is not { } text)
            return null;
        return text.Split('_') is [var ticks, var id]
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTimeOffset.MaxValue.Ticks
            && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new TimeCursor(new DateTimeOffset(at, TimeSpan.Zero), number)
                : throw new InvalidException("cursor", "is not a cursor of this list with these filters; start again without it", "invalid_cursor");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks}_{Id}");
}
