using System.Text;
using System.Text.Json;

namespace Hub.FakeGithub;

/// <summary>Hooks and deliveries. The secret is never shown.</summary>
sealed partial class GithubView
{
    public object Hook(GithubRepository repository, GithubHook hook)
    {
        var url = $"{Api(repository)}/hooks/{hook.Id}";
        var last = repository.Hooks.Deliveries.LastOrDefault(d => d.Hook.Id == hook.Id);
        Dictionary<string, string> config = new() { ["content_type"] = hook.ContentType, ["insecure_ssl"] = hook.InsecureSsl, ["url"] = hook.Url };
        if (!string.IsNullOrEmpty(hook.Secret)) config["secret"] = "********";
        return new
        {
            type = "Repository", id = hook.Id, name = "web", active = hook.Active, events = hook.Events, config, updated_at = At(hook.Updated),
            created_at = At(hook.Created),
            url, test_url = $"{url}/test", ping_url = $"{url}/pings", deliveries_url = $"{url}/deliveries",
            last_response = last is null ? new { code = (int?)null, status = "unused", message = (string?)null }
                : new { code = (int?)last.StatusCode, status = last.StatusCode is >= 200 and < 300 ? "active" : "unable_to_deliver", message = (string?)last.Status },
        };
    }

    public static Dictionary<string, object?> Delivery(GithubRepository repository, HookDelivery delivery) => new()
    {
        ["id"] = delivery.Id, ["guid"] = delivery.Guid, ["delivered_at"] = At(delivery.DeliveredAt), ["redelivery"] = delivery.Redelivery, ["duration"] = 0.27,
        ["status"] = delivery.Status, ["status_code"] = delivery.StatusCode, ["event"] = delivery.Event, ["action"] = delivery.Action,
        ["installation_id"] = null,
        ["repository_id"] = repository.Id, ["throttled_at"] = null,
    };

    /// <summary>With what was sent and answered. The payload is parsed, so its signature cannot be checked again.</summary>
    public static Dictionary<string, object?> WholeDelivery(GithubRepository repository, HookDelivery delivery)
    {
        var shown = Delivery(repository, delivery);
        var text = Encoding.UTF8.GetString(delivery.Body);
        if (delivery.Hook.ContentType == "form") text = Uri.UnescapeDataString(text["payload=".Length..]);
        shown["url"] = delivery.Hook.Url;
        shown["request"] = new { headers = delivery.Headers, payload = JsonSerializer.Deserialize<JsonElement>(text) };
        shown["response"] = new { headers = delivery.AnswerHeaders, payload = delivery.Answer };
        return shown;
    }
}
