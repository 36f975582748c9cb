using Hub.Sync.Providers;

namespace Hub.Sync.Jira;

/// <summary>Where a walk by page tokens goes next.</summary>
internal static class TokenPaging
{
    /// <param name="at">Where the page was read.</param>
    /// <param name="isLast">The page's own word, where it has one.</param>
    /// <param name="token">The page's <c>nextPageToken</c>.</param>
    /// <param name="used">Tokens this walk has used; the next one is added.</param>
    /// <returns>Null at the end. A short or empty page is not the end.</returns>
    /// <exception cref="ProviderFailure">The token was there before: the walk would go round for ever.</exception>
    public static WalkPosition? Next(WalkPosition at, bool? isLast, string? token, ISet<string> used)
    {
        if (isLast == true || token is null)
            return null;
        if (token == at.Token || !used.Add(token))
            throw new ProviderFailure("provider_error", "Jira gave the same page token twice: the walk would never end, so it was stopped.", false);
        return new WalkPosition { Token = token, Pages = at.Pages + 1 };
    }
}
