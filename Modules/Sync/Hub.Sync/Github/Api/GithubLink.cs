namespace Hub.Sync.Github.Api;

/// <summary>The header <c>Link</c>: addresses of other pages, each with what it is to this one.</summary>
internal static class GithubLink
{
    /// <returns>The address of the next page, exactly as given; null when there is none.</returns>
    public static string? Next(string? header)
    {
        for (var rest = header.AsSpan(); rest.IndexOf('<') is >= 0 and var open;)
        {
            rest = rest[(open + 1)..];
            if (rest.IndexOf('>') is not (>= 0 and var close))
                return null;
            var address = rest[..close];
            rest = rest[(close + 1)..];
            // Parameters reach to the next address; a comma may stand inside of an address, an opening bracket may not.
            var parameters = rest.IndexOf('<') is >= 0 and var end ? rest[..end] : rest;
            if (IsNext(parameters))
                return address.ToString();
        }

        return null;
    }

    private static bool IsNext(ReadOnlySpan<char> parameters)
    {
        foreach (var part in parameters.Split(';'))
        {
            var parameter = parameters[part].Trim(" ,\t");
            if (parameter.StartsWith("rel=", StringComparison.OrdinalIgnoreCase)
                && parameter[4..].Trim('"').Equals("next", StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
