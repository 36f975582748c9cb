using System.Collections.Immutable;
using Hub.FakeJira.Jql;

namespace Hub.FakeJira;

/// <summary>The webhooks that are registered now. Those of apps vanish when their 30 days are over by the site's clock.</summary>
public sealed class WebhookRegistry
{
    internal static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    readonly Lock gate = new();
    readonly FakeJiraServer jira;
    ImmutableSortedDictionary<long, WebhookRegistration> all = ImmutableSortedDictionary<long, WebhookRegistration>.Empty;
    long lastId;

    internal WebhookRegistry(FakeJiraServer jira) => this.jira = jira;

    public IReadOnlyList<WebhookRegistration> All
    {
        get { lock (gate) return [.. Living().Values]; }
    }

    public WebhookRegistration? Find(long id) => All.FirstOrDefault(r => r.Id == id);

    public WebhookRegistration Add(string url, Func<WebhookRegistration, WebhookRegistration> shape)
    {
        lock (gate)
        {
            var made = shape(new WebhookRegistration(++lastId, url) { Updated = jira.Clock.GetUtcNow() });
            all = all.SetItem(made.Id, made);
            return made;
        }
    }

    /// <summary>Changes a registration, as somebody at the administration page does too; null when there is none.</summary>
    public WebhookRegistration? Change(long id, Func<WebhookRegistration, WebhookRegistration> change)
    {
        lock (gate)
        {
            if (!Living().TryGetValue(id, out var old)) return null;
            var made = change(old) with { Updated = jira.Clock.GetUtcNow() };
            all = all.SetItem(id, made);
            return made;
        }
    }

    public bool Remove(long id)
    {
        lock (gate)
        {
            var there = Living().ContainsKey(id);
            all = all.Remove(id);
            return there;
        }
    }

    /// <summary>The registrations that want to hear of this.</summary>
    internal IReadOnlyList<WebhookRegistration> Wanting(string eventName, IssueChange change) =>
        [.. All.Where(r => r.Enabled && r.Events.Contains(eventName) && WantsFields(r, eventName, change) && Matches(r, eventName, change.Issue))];

    static bool WantsFields(WebhookRegistration registration, string eventName, IssueChange change) => eventName switch
    {
        "jira:issue_updated" => registration.Fields.IsEmpty || change.Fields.Any(f => registration.Fields.Contains(f.FieldId)),
        "issue_property_set" or "issue_property_deleted" =>
            registration.PropertyKeys.IsEmpty || registration.PropertyKeys.Contains(change.Subject as string ?? ""),
        _ => true,
    };

    bool Matches(WebhookRegistration registration, string eventName, Issue issue)
    {
        if (registration.Jql.Length == 0 || eventName.StartsWith("issuelink", StringComparison.Ordinal)) return true;
        try
        {
            return jira.Index.Compile(registration.Jql).Selects(issue);
        }
        catch (JqlException)
        {
            // A filter that names what no longer exists matches nothing, and nobody is told.
            return false;
        }
    }

    ImmutableSortedDictionary<long, WebhookRegistration> Living()
    {
        var now = jira.Clock.GetUtcNow();
        return all = all.RemoveRange(all.Values.Where(r => r.Expires <= now).Select(r => r.Id));
    }
}
