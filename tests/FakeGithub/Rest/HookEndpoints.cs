using System.Text.Json;

namespace Hub.FakeGithub;

/// <summary>Hooks of a repository: list, register, change, remove, ping.</summary>
static class HookEndpoints
{
    public static void Map(RestApi api)
    {
        api.MapRepository("GET", "/hooks", call => call.Page(() => call.Repository.Hooks.All, hook => call.View.Hook(call.Repository, hook)));
        api.MapRepository("POST", "/hooks", Create);
        api.MapRepository("GET", "/hooks/{id:long}", call => Answer.Ok(call.View.Hook(call.Repository, Hook(call))));
        api.MapRepository("PATCH", "/hooks/{id:long}", Change);
        api.MapRepository("DELETE", "/hooks/{id:long}", call =>
        {
            call.Repository.Hooks.Delete(Hook(call).Id);
            return Answer.Nothing;
        });
        api.MapRepository("POST", "/hooks/{id:long}/pings", call =>
        {
            call.Repository.Hooks.Ping(Hook(call));
            return Answer.Nothing;
        });
    }

    public static GithubHook Hook(Call call) =>
        call.Caller.IsAnonymous ? throw GithubProblem.NotFound() : call.Repository.Hooks.Find(call.Id("id")) ?? throw GithubProblem.NotFound();

    static Answer Create(Call call)
    {
        if (call.Caller.IsAnonymous) throw GithubProblem.NotFound();
        if (call.Repository.Archived) throw new GithubProblem(403, "Repository was archived so is read-only.");
        var body = call.Body();
        var wanted = Read(body, new GithubHook { Id = 0, Url = "", Created = default, Updated = default });
        if (!Uri.TryCreate(wanted.Url, UriKind.Absolute, out _)) throw GithubProblem.Unprocessable("Hook", "custom", "url", "url cannot be blank");
        if (call.Repository.Hooks.All.Any(h => h.Url == wanted.Url && h.ContentType == wanted.ContentType && h.Events.Order().SequenceEqual(wanted.Events.Order())))
            throw GithubProblem.Unprocessable("Hook", "custom", message: "Hook already exists on this repository");
        if (call.Repository.Hooks.All.Count >= 20) throw GithubProblem.Unprocessable("Hook", "custom", message: "The \"push\" event cannot have more than 20 hooks");
        var hook = call.Repository.Hooks.Create(h => wanted with { Id = h.Id, Created = h.Created, Updated = h.Updated });
        return new Answer(201, call.View.Hook(call.Repository, hook)) { Headers = { ["Location"] = $"{call.Github.Url}/repos/{call.Repository.FullName}/hooks/{hook.Id}" } };
    }

    static Answer Change(Call call)
    {
        var body = call.Body();
        return Answer.Ok(call.View.Hook(call.Repository, call.Repository.Hooks.Update(Hook(call).Id, hook =>
        {
            // A config replaces the one before, secret included.
            var kept = body.TryGetProperty("config", out _) ? hook with { Secret = null, ContentType = "form", InsecureSsl = "0" } : hook;
            var changed = Read(body, kept);
            return changed with
            {
                Events = [.. changed.Events.Union(Texts(body, "add_events")).Except(Texts(body, "remove_events"))],
            };
        })));
    }

    static GithubHook Read(JsonElement body, GithubHook hook)
    {
        if (body.TryGetProperty("config", out var config) && config.ValueKind == JsonValueKind.Object)
        {
            hook = hook with
            {
                Url = Text(config, "url") ?? hook.Url, Secret = Text(config, "secret") ?? hook.Secret,
                ContentType = Text(config, "content_type") == "json" ? "json" : hook.ContentType,
                InsecureSsl = Text(config, "insecure_ssl") ?? hook.InsecureSsl,
            };
        }

        if (body.TryGetProperty("active", out var active)) hook = hook with { Active = active.ValueKind == JsonValueKind.True };
        return body.TryGetProperty("events", out _) ? hook with { Events = [.. Texts(body, "events")] } : hook;
    }

    static string? Text(JsonElement body, string name) => body.TryGetProperty(name, out var value) ? value.ToString() : null;

    static IEnumerable<string> Texts(JsonElement body, string name) =>
        body.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Select(v => v.ToString()) : [];
}
