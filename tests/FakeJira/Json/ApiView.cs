using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>How one version of the API shows things: addresses, users, times and rich text.</summary>
sealed class ApiView(FakeJiraServer jira, string version)
{
    readonly ConditionalWeakTable<object, byte[]> written = [];

    public bool Cloud => jira.Options.Deployment == Deployment.Cloud;

    public bool RichText => version == "3";

    public IssueStore Issues => jira.Issues;

    public string Self(string path) => $"{jira.Url}/rest/api/{version}/{path}";

    /// <summary>Cloud writes times in the zone of the account, Data Center in its own.</summary>
    public string Time(DateTimeOffset time) => JiraTime.Text(time, Cloud ? jira.TimeZone : jira.ServerTimeZone);

    public User Person(string accountId) =>
        jira.People.FirstOrDefault(u => u.AccountId == accountId) ?? new User(accountId, accountId, "Former user", null, Active: false);

    /// <summary>Writes a value that looks the same in every issue; its JSON is made once, which makes pages several times cheaper.</summary>
    public void Shared(Utf8JsonWriter json, object value, Action<Utf8JsonWriter> write) =>
        json.WriteRawValue(written.GetValue(value, _ => Reply.Bytes(write).ToArray()), skipInputValidation: true);

    public void Text(Utf8JsonWriter json, string name, string? wiki)
    {
        json.WritePropertyName(name);
        Text(json, wiki);
    }

    public void Text(Utf8JsonWriter json, string? wiki)
    {
        if (wiki is null) json.WriteNullValue();
        else if (RichText) Adf.Write(json, wiki);
        else json.WriteStringValue(wiki);
    }

    public void User(Utf8JsonWriter json, string name, User? user)
    {
        json.WritePropertyName(name);
        User(json, user);
    }

    public void User(Utf8JsonWriter json, User? user)
    {
        if (user is null) json.WriteNullValue();
        else Shared(json, Issues.Present(user), once => Write(once, Issues.Present(user)));
    }

    public void Write(Utf8JsonWriter json, User user, Action<Utf8JsonWriter>? more = null)
    {
        json.WriteStartObject();
        json.WriteString("self", Self(Cloud ? $"user?accountId={Uri.EscapeDataString(user.AccountId)}" : $"user?username={user.Name}"));
        if (Cloud) json.WriteString("accountId", user.AccountId);
        else
        {
            json.WriteString("name", user.Name);
            json.WriteString("key", user.Name);
        }

        if (user.Email is not null || !Cloud) json.WriteString("emailAddress", user.Email ?? $"{user.Name}@example.com");
        json.WriteStartObject("avatarUrls");
        json.WriteString("48x48", $"{jira.Url}/secure/useravatar?avatarId=10122");
        json.WriteEndObject();
        json.WriteString("displayName", user.DisplayName);
        json.WriteBoolean("active", user.Active);
        json.WriteString("timeZone", jira.TimeZone.Id);
        if (Cloud) json.WriteString("accountType", "atlassian");
        more?.Invoke(json);
        json.WriteEndObject();
    }
}
