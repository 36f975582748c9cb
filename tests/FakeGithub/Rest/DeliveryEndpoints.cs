using System.Globalization;
using System.Text;

namespace Hub.FakeGithub;

/// <summary>What was delivered to a hook in the last three days (seven on an Enterprise Server), newest first, page by cursor; and once more.</summary>
static class DeliveryEndpoints
{
    public static void Map(RestApi api)
    {
        api.MapRepository("GET", "/hooks/{id:long}/deliveries", List);
        api.MapRepository("GET", "/hooks/{id:long}/deliveries/{delivery:long}", call => Answer.Ok(GithubView.WholeDelivery(call.Repository, Find(call))));
        api.MapRepository("POST", "/hooks/{id:long}/deliveries/{delivery:long}/attempts", call =>
        {
            call.Github.Webhooks.Redeliver(call.Repository, Find(call));
            return new Answer(202, new { });
        });
    }

    static Answer List(Call call)
    {
        var (size, _) = Paging.Wanted(call);
        var (before, status) = (Cursor(call.Query("cursor")), call.Query("status"));
        var rest = Kept(call).Where(d => before is null || d.Id < before)
            .Where(d => status is null || (d.StatusCode is >= 200 and < 300) == (status == "success")).Take(size + 1).ToList();
        var page = rest.Take(size).ToList();
        Dictionary<string, string> links = [];
        if (rest.Count > size) links["next"] = Paging.Link(call, ("cursor", Text(page[^1].Id)));
        return Paging.Listed(call, page.Select(d => GithubView.Delivery(call.Repository, d)), page.Count, null, links);
    }

    static IReadOnlyList<HookDelivery> Kept(Call call)
    {
        var days = call.Github.Options.Prefix.Length == 0 ? 3 : 7;
        return call.Repository.Hooks.Of(HookEndpoints.Hook(call).Id, call.Github.Clock.GetUtcNow().AddDays(-days));
    }

    static HookDelivery Find(Call call) => Kept(call).FirstOrDefault(d => d.Id == call.Id("delivery")) ?? throw GithubProblem.NotFound();

    static string Text(long id) => $"v1_{Convert.ToBase64String(Encoding.ASCII.GetBytes($"{id}"))}";

    static long? Cursor(string? text)
    {
        if (text is null) return null;
        var buffer = new byte[text.Length];
        return text.StartsWith("v1_", StringComparison.Ordinal) && Convert.TryFromBase64String(text[3..], buffer, out var length)
            && long.TryParse(Encoding.ASCII.GetString(buffer, 0, length), CultureInfo.InvariantCulture, out var id)
            ? id : throw new GithubProblem(422, "Invalid cursor");
    }
}
