namespace Hub.Fakes;

/// <summary>A body to be posted as it is. Header names include <c>Content-Type</c>.</summary>
public static class Post
{
    public static HttpRequestMessage To(string url, byte[] body, IReadOnlyDictionary<string, string> headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }
}
