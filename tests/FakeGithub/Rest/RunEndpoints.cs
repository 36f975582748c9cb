using System.Globalization;

namespace Hub.FakeGithub;

/// <summary>Workflow runs, newest first, wrapped with their count.</summary>
static class RunEndpoints
{
    const int MostFound = 1_000;

    public static void Map(RestApi api)
    {
        api.MapRepository("GET", "/actions/runs", List);
        api.MapRepository("GET", "/actions/runs/{id:long}", call => Answer.Ok(call.View.Run(
            call.Repository, call.Repository.Runs.Find(call.Id("id")) ?? throw GithubProblem.NotFound())));
    }

    static Answer List(Call call)
    {
        var (branch, kind, status, created) = (call.Query("branch"), call.Query("event"), call.Query("status"), Range(call.Query("created")));
        bool Wanted(GithubRun run) =>
            (branch is null || run.HeadBranch == branch) && (kind is null || run.Event == kind)
            && (status is null || run.Status == status || run.Conclusion == status)
            && run.Created >= created.From && run.Created <= created.To;

        // A search finds a thousand and no more.
        var searched = branch is not null || kind is not null || status is not null || call.Query("created") is not null;
        return call.Page(
            () => call.Repository.Runs.All.Where(Wanted).OrderByDescending(r => r.Created).ThenByDescending(r => r.Id)
                .Take(searched ? MostFound : int.MaxValue),
            run => call.View.Run(call.Repository, run), (total, runs) => new { total_count = total, workflow_runs = runs });
    }

    /// <summary><c>&gt;=2026-01-01</c>, <c>&lt;2026-01-01T10:00:00Z</c>, <c>2026-01-01..2026-02-01</c>, <c>2026-01-01..*</c> or one day.</summary>
    static (DateTimeOffset From, DateTimeOffset To) Range(string? text)
    {
        var (from, to) = (DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        if (text is null) return (from, to);
        if (text.Split("..") is [var first, var last]) return (first == "*" ? from : Start(first), last == "*" ? to : End(last));
        if (text.StartsWith(">=", StringComparison.Ordinal)) return (Start(text[2..]), to);
        if (text.StartsWith("<=", StringComparison.Ordinal)) return (from, End(text[2..]));
        if (text.StartsWith('>')) return (End(text[1..]).AddTicks(1), to);
        if (text.StartsWith('<')) return (from, Start(text[1..]).AddTicks(-1));
        return (Start(text), End(text));
    }

    static DateTimeOffset Start(string text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
        ? time : throw new GithubProblem(422, $"The value '{text}' of created is not a date");

    static DateTimeOffset End(string text) => text.Contains('T', StringComparison.Ordinal) ? Start(text) : Start(text).AddDays(1).AddTicks(-1);
}
