using FluentAssertions;
using Hub.Sync.Jira;
using Hub.Sync.Providers;
using NUnit.Framework;

namespace Hub.Sync.Tests;

public class PagingTests
{
    [Test]
    public void A_walk_by_tokens_ends_when_the_page_says_so_or_gives_no_token()
    {
        TokenPaging.Next(new(), true, "t", new HashSet<string>()).Should().BeNull();
        TokenPaging.Next(new(), null, null, new HashSet<string>()).Should().BeNull();
        TokenPaging.Next(new(), false, null, new HashSet<string>()).Should().BeNull();
        TokenPaging.Next(new(), false, "t", new HashSet<string>())!.Token.Should().Be("t");
        TokenPaging.Next(new(), null, "t", new HashSet<string>())!.Token.Should().Be("t");
    }

    [Test]
    public void A_token_that_comes_back_stops_the_walk()
    {
        var used = new HashSet<string>();
        var second = TokenPaging.Next(new(), false, "a", used)!;
        var third = TokenPaging.Next(second, false, "b", used)!;
        var again = () => TokenPaging.Next(third, false, "a", used);
        again.Should().Throw<ProviderFailure>().Which.Passing.Should().BeFalse();
        var same = () => TokenPaging.Next(new WalkPosition { Token = "x" }, false, "x", new HashSet<string>());
        same.Should().Throw<ProviderFailure>("the checkpoint of another process does not know the tokens used before, but its own");
    }

    [Test]
    public void A_walk_by_offsets_advances_by_what_came_and_ends_at_the_total()
    {
        var issues = Ids(1, 120);
        Walk((at, _) => (issues.Skip((int)at).Take(50).ToArray(), 120)).Should().Equal(issues);
        Walk((at, _) => (issues.Skip((int)at).Take(1).ToArray(), 120)).Should().Equal(issues);
        Walk((_, _) => ([], 0)).Should().BeEmpty();
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(30)]
    [TestCase(90)]
    public void Issues_that_leave_the_list_behind_the_walk_make_it_step_over_nothing(int leaving)
    {
        var issues = Ids(1, 300);
        var doubts = new List<string?>();
        var seen = Walk((at, page) =>
        {
            var now = page >= 2 ? issues.Skip(leaving).ToArray() : issues;
            return (now.Skip((int)at).Take(50).ToArray(), now.Length);
        }, doubts);
        seen.Should().Contain(issues.Skip(leaving));
        doubts.Should().Contain(doubt => doubt != null, "the total shrank: nothing may be concluded about what is gone");
    }

    [Test]
    public void Issues_that_move_to_the_end_while_others_are_read_are_met_there()
    {
        var list = Ids(1, 300).ToList();
        var seen = Walk((at, page) =>
        {
            if (page is > 0 and < 4)
            {
                var edited = list.Take(20).ToArray();
                list.RemoveRange(0, 20);
                list.AddRange(edited);
            }

            return (list.Skip((int)at).Take(50).ToArray(), list.Count);
        });
        seen.Should().Contain(Ids(1, 300));
    }

    [Test]
    public void A_list_that_shrinks_below_the_offset_is_read_again_from_further_back()
    {
        var seen = Walk((at, page) =>
        {
            var now = page >= 3 ? Ids(140, 200) : Ids(1, 200);
            return (now.Skip((int)at).Take(50).ToArray(), now.Length);
        });
        seen.Should().Contain(Ids(140, 200));
    }

    private static string[] Ids(int from, int to) => [.. Enumerable.Range(from, to - from + 1).Select(i => $"{i}")];

    private static List<string> Walk(Func<long, int, (string[] Ids, int Total)> page, List<string?>? doubts = null)
    {
        var seen = new List<string>();
        WalkPosition? at = new();
        for (var i = 0; at is not null; i++)
        {
            i.Should().BeLessThan(500, "a walk must end");
            var (ids, total) = page(at.StartAt, i);
            var (next, doubt) = OffsetPaging.Next(at, ids, total);
            seen.AddRange(ids.Where(id => !(at.Tail ?? []).Contains(id)));
            doubts?.Add(doubt);
            at = next;
        }

        return seen;
    }
}
