using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Outbound;
using Hub.Sync.Providers;

namespace Hub.Sync.Github.Api;

/// <summary>
/// GitHub's REST API as one integration reaches it, one call after the other per credential. The credential goes to the API's own host only: pages and
/// redirects that lead elsewhere are refused. Redirects on the same host are followed here, because renamed repositories answer with them.
/// </summary>
internal sealed class GithubApi(Connection connection, GithubGateway gateway)
{
    private const int MaxRedirects = 5;
    private const int MaxAnswerBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly long integration = connection.Integration.Id;
    private readonly string api = connection.ApiBase();
    private readonly string credential = connection.Credential;
    private Connection current = connection;

    /// <param name="place">A path below the API's address, or the address of a next page as GitHub gave it.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <param name="keep">Whether the same is asked again some day: then GitHub is asked whether it changed.</param>
    /// <param name="accept">Refusals that the caller can use.</param>
    /// <exception cref="ProviderFailure">There is no such answer.</exception>
    public async Task<GithubPage> Get(string place, CancellationToken ct, bool keep = false, params int[] accept)
    {
        var url = Place(place);
        var known = keep ? await gateway.Cached(cache => cache.Find(integration, credential, url.AbsoluteUri, ct)) : null;
        var answer = await Ask(url, known, ct);
        if (answer.Status == 304 && known is not null)
        {
            await Used(url, known, ct);
            return new GithubPage(200, GithubAnswer.Parse(Deflated.Inflate(known.Body), declaredJson: true), Next(url, known.Link));
        }

        if (answer.Status == 204 || (!answer.IsSuccess && accept.Contains(answer.Status)))
            return new GithubPage(answer.Status, null, null);
        if (!answer.IsSuccess)
            throw GithubAnswer.Failure(answer, current.Secrets, gateway.Now);
        var document = GithubAnswer.Parse(answer.Body, answer.IsJson);
        if (keep)
            await Keep(url, answer, ct);
        return new GithubPage(answer.Status, document, Next(url, answer.Header("Link")));
    }

    /// <summary>All items of a list that is needed whole; detached from the answers they came in.</summary>
    /// <exception cref="ProviderFailure">One of its pages cannot be had.</exception>
    public async Task<List<JsonElement>> All(string place, CancellationToken ct, bool keep = false)
    {
        var items = new List<JsonElement>();
        for (var next = place; next is not null;)
        {
            using var page = await Get(next, ct, keep);
            items.AddRange(page.Root.Items().Select(item => item.Clone()));
            next = page.Next;
        }

        return items;
    }

    /// <summary>Changes something, once: an answer that is lost is not asked for again.</summary>
    /// <param name="method">POST, PATCH or DELETE.</param>
    /// <param name="place">A path below the API's address.</param>
    /// <param name="body">What to send; null for nothing.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <param name="accept">Refusals that the caller can use; their document comes along.</param>
    /// <exception cref="ProviderFailure">It was refused, or there is no answer.</exception>
    public async Task<GithubPage> Write(HttpMethod method, string place, JsonNode? body, CancellationToken ct, params int[] accept)
    {
        var answer = await Ask(Place(place), request => request with
        {
            Method = method,
            Body = body is null ? null : Encoding.UTF8.GetBytes(body.ToJsonString()),
            ContentType = body is null ? null : "application/json",
        }, ct);
        if (!answer.IsSuccess && !accept.Contains(answer.Status))
            throw GithubAnswer.Failure(answer, current.Secrets, gateway.Now);
        return new GithubPage(answer.Status, answer.Body.Length == 0 ? null : GithubAnswer.Parse(answer.Body, answer.IsJson), null);
    }

    private Task<OutboundResponse> Ask(Uri url, KeptAnswer? known, CancellationToken ct) => Ask(url, request => Conditional(request, known), ct);

    private async Task<OutboundResponse> Ask(Uri url, Func<OutboundRequest, OutboundRequest> shape, CancellationToken ct)
    {
        var renewed = false;
        for (var followed = 0; ;)
        {
            var answer = await gateway.Send(shape(Request(url)), current, ct);
            if (answer.Status is 301 or 302 or 307 or 308 && answer.Header("Location") is { } location && followed++ < MaxRedirects)
                url = Place(new Uri(url, location).AbsoluteUri);
            // A token of an app's installation lives for an hour, and a walk may live longer.
            else if (answer.Status == 401 && !renewed && await gateway.Renew(current, ct) is { } fresh)
                (current, renewed) = (fresh, true);
            else
                return answer;
        }
    }

    private OutboundRequest Request(Uri url) => new()
    {
        Method = HttpMethod.Get, Url = url, Headers = current.Headers, Secrets = current.Secrets, Timeout = Patience, MaxResponseBytes = MaxAnswerBytes,
    };

    private static OutboundRequest Conditional(OutboundRequest request, KeptAnswer? known)
    {
        if ((known?.Etag ?? known?.LastModified) is null)
            return request;
        var headers = new Dictionary<string, string>(request.Headers, StringComparer.OrdinalIgnoreCase);
        if (known?.Etag is { } etag)
            headers["If-None-Match"] = etag;
        else
            headers["If-Modified-Since"] = known!.LastModified!;
        return request with { Headers = headers };
    }

    private static string? Next(Uri url, string? link) => GithubLink.Next(link) is not { } next ? null
        : next != url.AbsoluteUri ? next
        : throw new ProviderFailure("provider_error", "GitHub's pages lead in a circle: the next page is the same one again.", false);

    private Uri Place(string place)
    {
        if (!Uri.TryCreate(place.StartsWith('/') ? api + place : place, UriKind.Absolute, out var url) || !Uri.TryCreate(api, UriKind.Absolute, out var own))
            throw new ProviderFailure("config", "The API address is not a web address.", false);
        return Uri.Compare(url, own, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0
            ? url
            : throw new ProviderFailure("provider_error", $"GitHub's answer leads to another host ({url.Host}), where the credential does not go.", false);
    }

    private async Task Keep(Uri url, OutboundResponse answer, CancellationToken ct)
    {
        var (etag, modified) = (answer.Header("ETag"), answer.Header("Last-Modified"));
        if ((etag ?? modified) is null || answer.Body.Length > HttpCache.LargestBody)
            return;
        var kept = new KeptAnswer(etag, modified, answer.Header("Link"), Deflated.Of(answer.Body), gateway.Now);
        await gateway.Cached(cache => cache.Keep(integration, credential, url.AbsoluteUri, kept, ct));
    }

    // Not at every use: a row written for each answer that brought nothing new would cost more than it tells.
    private async Task Used(Uri url, KeptAnswer known, CancellationToken ct)
    {
        if (gateway.Now - known.UsedAt > TimeSpan.FromDays(1))
            await gateway.Cached(cache => cache.Keep(integration, credential, url.AbsoluteUri, known with { UsedAt = gateway.Now }, ct));
    }
}
