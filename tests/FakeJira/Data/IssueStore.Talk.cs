using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>What people add to issues. Each addition, edit and removal sets <c>updated</c>; entity properties do not.</summary>
public sealed partial class IssueStore
{
    long lastTalk = 10_000;

    /// <summary>Whether making and removing a link sets <c>updated</c> of the two issues. Sites differ; false hides links from incremental reads.</summary>
    public bool LinksTouch { get; set; } = true;

    public Issue Comment(string keyOrId, string text, User? author = null)
    {
        var comment = NewComment(text, author ?? User.Colleagues[0]);
        return Talk(keyOrId, ChangeKind.Commented, comment.Author, comment, issue => issue with { Comments = issue.Comments.Add(comment) });
    }

    internal Comment NewComment(string text, User author) => new(Interlocked.Increment(ref lastTalk), author, text, Now(), Now());

    public Comment EditComment(string keyOrId, long id, string text, User? editor = null)
    {
        var old = this[keyOrId].Comments.Single(c => c.Id == id);
        var edited = old with { Body = text, Updated = Now(), Editor = editor ?? old.Author };
        Talk(keyOrId, ChangeKind.CommentEdited, edited.Editor, edited, issue => issue with { Comments = issue.Comments.Replace(old, edited) });
        return edited;
    }

    public void RemoveComment(string keyOrId, long id, User? actor = null)
    {
        var gone = this[keyOrId].Comments.Single(c => c.Id == id);
        Talk(keyOrId, ChangeKind.CommentRemoved, actor, gone, issue => issue with { Comments = issue.Comments.Remove(gone) });
    }

    public Worklog LogWork(string keyOrId, int seconds, string? text = null, DateTimeOffset? started = null, User? author = null)
    {
        var (by, now) = (author ?? User.Colleagues[0], Now());
        var log = new Worklog(Interlocked.Increment(ref lastTalk), by, text, seconds, started ?? now.AddSeconds(-seconds), now, now);
        Talk(keyOrId, ChangeKind.Worklogged, by, log, issue => issue with { Worklogs = issue.Worklogs.Add(log) });
        return log;
    }

    public Worklog EditWorklog(string keyOrId, long id, Func<Worklog, Worklog> change, User? editor = null)
    {
        var old = this[keyOrId].Worklogs.Single(w => w.Id == id);
        var edited = change(old) with { Updated = Now() };
        Talk(keyOrId, ChangeKind.WorklogEdited, editor ?? old.Author, edited, issue => issue with { Worklogs = issue.Worklogs.Replace(old, edited) });
        return edited;
    }

    public void RemoveWorklog(string keyOrId, long id, User? actor = null)
    {
        var gone = this[keyOrId].Worklogs.Single(w => w.Id == id);
        Talk(keyOrId, ChangeKind.WorklogRemoved, actor, gone, issue => issue with { Worklogs = issue.Worklogs.Remove(gone) });
    }

    /// <summary>Links two issues: the source <see cref="LinkType.Outward"/> the target.</summary>
    public IssueLink Link(string source, string target, LinkType? type = null, User? actor = null)
    {
        var (from, to) = (this[source], this[target]);
        var link = new IssueLink(Interlocked.Increment(ref lastTalk), type ?? LinkType.Relates, from.Id, to.Id);
        Tie(from.Id, ChangeKind.Linked, to.Key, link.Type.Outward);
        Tie(to.Id, ChangeKind.Touched, from.Key, link.Type.Inward);
        return link;

        void Tie(long id, ChangeKind kind, string other, string verb) => Apply(kind, actor, () =>
        {
            var before = this[$"{id}"];
            var item = new ChangedField("Link", null, null, other, $"This issue {verb} {other}") { Id = "issuelinks" };
            return new(before, Touched(before with { Links = before.Links.Add(link) }), link, item);
        });
    }

    /// <summary>The link of this id, whichever of its issues still exist; else null.</summary>
    public IssueLink? FindLink(long id) => Snapshot().SelectMany(i => i.Links).FirstOrDefault(l => l.Id == id);

    public void RemoveLink(long id, User? actor = null)
    {
        var link = FindLink(id) ?? throw new KeyNotFoundException($"The fake Jira has no link '{id}'.");
        var (source, target) = (Find($"{link.Source}"), Find($"{link.Target}"));
        DropLink(link.Source, link, target?.Key, actor, ChangeKind.Unlinked);
        DropLink(link.Target, link, source?.Key, actor);
    }

    public void SetProperty(string keyOrId, string key, JsonElement value, User? actor = null) => Apply(ChangeKind.PropertySet, actor, () =>
    {
        var before = this[keyOrId];
        return new(before, before with { Properties = before.Properties.SetItem(key, value.Clone()) }, key);
    });

    public void RemoveProperty(string keyOrId, string key, User? actor = null) => Apply(ChangeKind.PropertyRemoved, actor, () =>
    {
        var before = this[keyOrId];
        return new(before, before with { Properties = before.Properties.Remove(key) }, key);
    });

    Issue Talk(string keyOrId, ChangeKind kind, User? actor, object subject, Func<Issue, Issue> change) => Apply(kind, actor, () =>
    {
        var before = this[keyOrId];
        return new(before, change(before) with { Updated = Now() }, subject);
    }).After!;

    void DropLink(long at, IssueLink link, string? other, User? actor, ChangeKind kind = ChangeKind.Touched)
    {
        if (Find($"{at}") is null) return;
        Apply(kind, actor, () =>
        {
            var before = this[$"{at}"];
            var verb = at == link.Source ? link.Type.Outward : link.Type.Inward;
            var item = new ChangedField("Link", other, $"This issue {verb} {other}", null, null) { Id = "issuelinks" };
            return new(before, Touched(before with { Links = before.Links.Remove(link) }), link, item);
        });
    }

    Issue Touched(Issue issue) => LinksTouch ? issue with { Updated = Now() } : issue;
}
