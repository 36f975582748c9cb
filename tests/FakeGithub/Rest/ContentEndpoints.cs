using System.Text;

namespace Hub.FakeGithub;

/// <summary>Trees, recursive or not, and the contents of files and folders.</summary>
static class ContentEndpoints
{
    const int LargestInline = 1024 * 1024;

    public static void Map(RestApi api)
    {
        api.MapRepository("GET", "/git/trees/{**sha}", Tree);
        api.MapRepository("GET", "/contents/{**path}", Contents);
    }

    static Answer Tree(Call call)
    {
        CommitEndpoints.NotEmpty(call);
        var (name, git) = (call.Route("sha"), call.Repository.Git);
        var (files, sha) = (git.Graph.OfTree(name) ?? git.Resolve(name)) is { } commit
            ? (git.Graph.Tree(commit).ToDictionary(f => f.Key, f => f.Value), commit.TreeSha)
            : (Folder(git, name), name);
        // Any value recurses, also 0 and false.
        var entries = Folders.Entries(files, call.Query("recursive") is not null);
        var limit = call.Github.Lists.TreeLimit;
        var url = $"{call.Github.Url}/repos/{call.Repository.FullName}/git";
        return Answer.Ok(new
        {
            sha, url = $"{url}/trees/{sha}",
            tree = entries.Take(limit).Select(e => Entry(e, url)),
            truncated = entries.Count > limit,
        });
    }

    static Dictionary<string, object?> Entry(FolderEntry entry, string url)
    {
        Dictionary<string, object?> shown = new() { ["path"] = entry.Path, ["mode"] = entry.Mode, ["type"] = entry.Type, ["sha"] = entry.Sha };
        if (entry.Type == "blob") shown["size"] = entry.Size;
        if (entry.Type != "commit") shown["url"] = $"{url}/{entry.Type}s/{entry.Sha}";
        return shown;
    }

    // The hash of a folder comes from one of the trees that were shown before: that of a branch.
    static Dictionary<string, TreeFile> Folder(GitData git, string sha)
    {
        foreach (var branch in git.Branches)
        {
            var files = git.Graph.Tree(git.Resolve(branch.Sha)!);
            foreach (var folder in Folders.Entries(files, recursive: true).Where(e => e.Type == "tree" && e.Sha == sha))
                return files.Where(f => f.Key.StartsWith(folder.Path + "/", StringComparison.Ordinal)).ToDictionary(f => f.Key[(folder.Path.Length + 1)..], f => f.Value);
        }

        throw GithubProblem.NotFound();
    }

    static Answer Contents(Call call)
    {
        var (git, path) = (call.Repository.Git, call.Route("path").Trim('/'));
        if (git.IsEmpty) throw new GithubProblem(404, "This repository is empty.");
        var commit = git.Resolve(call.Query("ref") ?? "HEAD") ?? throw new GithubProblem(404, $"No commit found for the ref {call.Query("ref")}");
        var files = git.Graph.Tree(commit);
        var url = $"{call.Github.Url}/repos/{call.Repository.FullName}";
        Dictionary<string, object?> Shown(string name, string type, string sha, int size) => new()
        {
            ["name"] = name.Split('/')[^1], ["path"] = name, ["sha"] = sha, ["size"] = size,
            ["url"] = $"{url}/contents/{name}?ref={call.Query("ref") ?? call.Repository.DefaultBranch}",
            ["html_url"] = $"https://github.com/{call.Repository.FullName}/blob/{commit.Sha}/{name}", ["git_url"] = $"{url}/git/blobs/{sha}",
            ["download_url"] = null, ["type"] = type,
        };

        if (files.TryGetValue(path, out var file))
        {
            if (call.Request.Headers.Accept.ToString().Contains("raw", StringComparison.Ordinal))
                return new Answer(200, file.Text) { TextType = "application/vnd.github.raw+json; charset=utf-8" };
            var shown = Shown(path, FolderEntry.TypeOf(file.Mode), file.Sha, file.Size);
            var large = file.Size > LargestInline;
            shown["content"] = large ? "" : Wrapped(file.Text);
            shown["encoding"] = large ? "none" : "base64";
            return Answer.Ok(shown);
        }

        var inside = files.Where(f => path.Length == 0 || f.Key.StartsWith(path + "/", StringComparison.Ordinal))
            .ToDictionary(f => path.Length == 0 ? f.Key : f.Key[(path.Length + 1)..], f => f.Value);
        if (inside.Count == 0) throw GithubProblem.NotFound();
        return Answer.Ok(Folders.Entries(inside, recursive: false)
            .Select(e => Shown(path.Length == 0 ? e.Path : $"{path}/{e.Path}", e.Type == "tree" ? "dir" : FolderEntry.TypeOf(e.Mode), e.Sha, e.Size)));
    }

    // Base64 with a line feed after every 60 characters and at the end.
    static string Wrapped(string text) =>
        string.Concat(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).Chunk(60).Select(line => $"{new string(line)}\n"));
}
