using System.Text.Json;

namespace Hub.Schemas.Documents;

/// <summary>
/// The rules for <c>test</c>: a read-only request, what its answer must be, whom it shows the credentials to belong to (<c>identity</c>), what other
/// answers mean (<c>explain</c>), and the requests that follow (<c>then</c>). <c>one_of</c> is a choice of such requests by their conditions. Kind
/// <c>smtp</c> is a conversation with a mail server instead, and <c>sso</c> a check of sign-in settings that needs no description.
/// </summary>
internal static class TestRules
{
    private const int MaxDepth = 5;

    private static readonly string[] RequestMembers =
        ["kind", "name", "when", "method", "url", "headers", "body", "auth", "service", "signed", "expect", "identity", "expires", "poll", "explain", "then"];

    public static void Check(
        Node document, IReadOnlyDictionary<string, KnownField> fields, (IReadOnlySet<string> Names, IReadOnlySet<string> Methods) known)
    {
        if (document.Member("test") is not { } test)
            return;
        var kind = test.Member("kind") is null ? "http" : test.OneOf("kind", Vocabulary.TestKinds);
        if (kind is "smtp")
            CheckSmtp(test, known.Names);
        else if (kind is "sso")
            test.IsObject("kind");
        else if (test.Member("one_of") is { } choices)
            CheckChoices(test, choices, fields, known);
        else
            CheckRequest(test, fields, known, depth: 1);
    }

    /// <summary>What every described call has: method, address, headers, body, authentication.</summary>
    public static void CheckCall(Node request, IReadOnlySet<string> names, IReadOnlySet<string> methods, bool methodRequired = true)
    {
        if (request.Text("method", methodRequired) is { } method && !method.StartsWith('{') && !Vocabulary.Methods.Contains(method))
            request.Report("method", $"must be one of {string.Join(", ", Vocabulary.Methods)}");
        if (request.Member("method") is { Kind: JsonValueKind.String } template)
            Templates.CheckRequest(template, names);
        if (request.Text("url", required: true, max: 2000) is { } url)
        {
            if (!url.StartsWith("https://", StringComparison.Ordinal) && !url.StartsWith("http://", StringComparison.Ordinal) && !url.StartsWith('{'))
                request.Report("url", "must start with https://, http:// or a field");
            Templates.CheckRequest(request.Member("url")!.Value, names);
        }

        AuthRules.CheckHeaders(request, names);
        if (request.Member("body") is { } body && body.IsObject("json", "form"))
            CheckBody(body, names);
        if (request.Text("auth") is { } auth && !methods.Contains(auth))
            request.Report("auth", $"there is no method named {auth}");
    }

    public static void CheckStatus(Node status)
    {
        foreach (var item in status.Items())
        {
            var fits = item.Kind is JsonValueKind.Number
                ? item.Value.TryGetInt32(out var code) && code is >= 100 and <= 599
                : item.Kind is JsonValueKind.String && Vocabulary.StatusClasses.Contains(item.Value.GetString());
            if (!fits)
                item.Report("must be a status code, or a class of them such as \"2xx\"");
        }
    }

    private static void CheckChoices(
        Node test, Node choices, IReadOnlyDictionary<string, KnownField> fields, (IReadOnlySet<string> Names, IReadOnlySet<string> Methods) known)
    {
        if (!test.IsObject("kind", "one_of"))
            return;
        var list = choices.Items().ToArray();
        if (list.Length == 0)
            choices.Report("must not be empty");
        foreach (var choice in list)
            CheckRequest(choice, fields, known, depth: 1);
        foreach (var choice in list.SkipLast(1))
            if (choice.Kind is JsonValueKind.Object && choice.Member("when") is null)
                choice.Report("when", "is required: what comes after a choice without a condition is never reached");
    }

    private static void CheckRequest(
        Node request, IReadOnlyDictionary<string, KnownField> fields, (IReadOnlySet<string> Names, IReadOnlySet<string> Methods) known, int depth)
    {
        if (!request.IsObject(RequestMembers))
            return;
        request.Text("name", max: 80);
        request.Text("service", max: 80);
        request.Flag("signed");
        Conditions.Check(request, fields);
        CheckCall(request, known.Names, known.Methods);
        if (request.Demanded("expect") is { } expect && expect.IsObject("status", "json"))
            CheckAnswer(expect);
        if (request.Member("identity") is { } identity)
            Templates.CheckAnswer(identity, known.Names);
        if (request.Member("expires") is { } expires)
            Templates.CheckAnswer(expires, known.Names);
        if (request.Member("poll") is { } poll && poll.IsObject("status", "url"))
            CheckPoll(poll, known.Names);
        foreach (var answer in request.Member("explain")?.Items() ?? [])
            CheckExplanation(answer, fields, known, depth);
        if (depth >= MaxDepth && request.Member("then") is { } tooDeep)
            tooDeep.Report($"goes deeper than {MaxDepth} requests");
        else
            foreach (var next in request.Member("then")?.Items() ?? [])
                CheckRequest(next, fields, known, depth + 1);
    }

    private static void CheckPoll(Node poll, IReadOnlySet<string> names)
    {
        if (poll.Demanded("status") is { } status)
            CheckStatus(status);
        if (poll.Demanded("url") is { } url)
            Templates.CheckAnswer(url, names);
    }

    private static void CheckExplanation(
        Node answer, IReadOnlyDictionary<string, KnownField> fields, (IReadOnlySet<string> Names, IReadOnlySet<string> Methods) known, int depth)
    {
        var second = answer.Member("try");
        if (!(second is null ? answer.IsObject("status", "json", "ok", "reason", "message", "try") : answer.IsObject("status", "json", "try")))
            return;
        CheckAnswer(answer);
        if (second is { } request)
        {
            if (depth >= MaxDepth)
                request.Report($"goes deeper than {MaxDepth} requests");
            else
                CheckRequest(request, fields, known, depth + 1);
            return;
        }

        answer.Text("message", required: true);
        var passes = answer.Flag("ok", required: true);
        answer.OneOf("reason", Vocabulary.Reasons, required: passes is false);
    }

    private static void CheckAnswer(Node answer)
    {
        if (answer.Demanded("status") is { } status)
            CheckStatus(status);
        foreach (var condition in answer.Member("json")?.Items() ?? [])
            Conditions.CheckBody(condition);
    }

    private static void CheckBody(Node body, IReadOnlySet<string> names)
    {
        if (body.Member("json") is not null == body.Member("form") is not null)
            body.Report("needs either json or form");
        if (body.Member("json") is { } json)
            CheckJson(json, names);
        foreach (var (_, value) in body.Member("form")?.Members() ?? [])
            Templates.CheckRequest(value, names);
    }

    private static void CheckJson(Node value, IReadOnlySet<string> names)
    {
        if (value.Kind is JsonValueKind.String)
            Templates.CheckRequest(value, names);
        else if (value.Kind is JsonValueKind.Object)
            foreach (var (_, member) in value.Members())
                CheckJson(member, names);
        else if (value.Kind is JsonValueKind.Array)
            foreach (var item in value.Items())
                CheckJson(item, names);
    }

    private static void CheckSmtp(Node test, IReadOnlySet<string> names)
    {
        if (!test.IsObject("kind", "host", "port", "security", "sender", "identity"))
            return;
        foreach (var member in new[] { "host", "port", "security", "sender" })
            if (test.Demanded(member) is { } value)
                Templates.CheckRequest(value, names);
        if (test.Member("identity") is { } identity)
            Templates.CheckAnswer(identity, names);
    }
}
