using System.Text.Json;
using Hub.Sync.Github.Api;
using Hub.Sync.Providers;

namespace Hub.Sync.WebhookRegistrations;

/// <summary>A webhook as GitHub shows it. The secret is never shown, only whether there is one.</summary>
internal sealed record GithubHook(
    long Number, string? Url, bool Active, IReadOnlyList<string> Events, string? ContentType, bool InsecureTls, bool HasSecret)
{
    public string Id => Number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <returns>Null for what is no webhook.</returns>
    public static GithubHook? Read(JsonElement hook) => hook.Number("id") is not { } id ? null : new GithubHook(
        id, hook.Text("config", "url"), hook.Flag("active"), hook.Items("events").Select(name => name.Text()).OfType<string>().ToArray(),
        hook.Text("config", "content_type"), hook.Text("config", "insecure_ssl") is not (null or "0"), hook.Text("config", "secret") is not null);

    /// <summary>
    /// What is not as wanted. Deliveries that GitHub tried are in its list and are recovered from there; missed is only what it did not try.
    /// </summary>
    /// <param name="work">What is wanted.</param>
    /// <param name="isKnown">The hub registered it: then its secret is the one of that time.</param>
    public Differences Against(RegistrationWork work, bool isKnown)
    {
        var found = new Differences();
        if (Url != work.Url)
            found.AddSecret("url", "its address was another one", missed: false);
        if (!Active)
            found.Add("active", false, true, "it was switched off", missed: true);
        if (Events.Contains("*"))
            found.Add("events", Differences.Texts(Events), Differences.Texts(GithubHooks.Events), "its events had been changed", missed: false);
        else
            found.AddEvents(Events, GithubHooks.Events);
        if (ContentType != "json")
            found.Add("content_type", ContentType, "json", "it sent forms instead of JSON", missed: false);
        if (InsecureTls)
            found.Add("insecure_ssl", "1", "0", "it did not check certificates", missed: false);
        if (!HasSecret || !isKnown || work.SecretChanged)
            found.AddSecret("secret", HasSecret ? "its secret may have been another one" : "it had no secret", missed: false);
        return found;
    }
}
