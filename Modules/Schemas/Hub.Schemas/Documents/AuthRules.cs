using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hub.Schemas.Documents;

/// <summary>
/// The rules for <c>auth</c>: <c>methods</c>, of which the first whose condition holds authenticates a request unless the request names another;
/// <c>headers</c> sent with every request unless all their placeholders are empty; <c>variables</c> looked up by a select field; <c>tls</c>.
/// </summary>
internal static partial class AuthRules
{
    /// <returns>The names a template may use (fields and variables), and the names of the methods.</returns>
    public static (IReadOnlySet<string> Names, IReadOnlySet<string> Methods) Check(Node document, IReadOnlyDictionary<string, KnownField> fields)
    {
        var names = fields.Keys.ToHashSet(StringComparer.Ordinal);
        var methods = new HashSet<string>(StringComparer.Ordinal) { "none" };
        if (document.Member("auth") is not { } auth || !auth.IsObject("methods", "headers", "headers_field", "variables", "tls"))
            return (names, methods);

        CheckVariables(auth, fields, names);
        CheckHeaders(auth, names);
        Conditions.FieldOf(auth, fields, "headers_field", required: false, type: "json");
        if (auth.Member("tls") is { } tls && tls.IsObject("verify_field", "ca_field"))
        {
            Conditions.FieldOf(tls, fields, "verify_field", required: false, type: "boolean");
            Conditions.FieldOf(tls, fields, "ca_field", required: false, type: "multiline");
        }

        var list = auth.Demanded("methods")?.Items().ToArray() ?? [];
        if (list.Length == 0 && auth.Member("methods") is { } empty)
            empty.Report("must not be empty");
        foreach (var method in list)
            if (method.Text("name", form: Name(), hint: "must be in snake_case") is { } name && !methods.Add(name))
                method.Report("name", "is used by another method too");
        foreach (var method in list)
            CheckMethod(method, fields, names, methods);
        return (names, methods);
    }

    /// <summary>Whether one of the methods is granted by a person in the browser.</summary>
    public static bool HasGrant(Node document) =>
        document.Member("auth")?.Member("methods") is { Kind: JsonValueKind.Array } methods
        && methods.Items().Any(method => method.Member("kind") is { Kind: JsonValueKind.String } kind && kind.Value.ValueEquals(Vocabulary.AuthorizationCode));

    public static void CheckHeaders(Node owner, IReadOnlySet<string> names)
    {
        if (owner.Member("headers") is not { } headers)
            return;
        foreach (var (name, value) in headers.Members())
        {
            if (!HeaderName().IsMatch(name))
                value.Report("is not a header name");
            Templates.CheckRequest(value, names);
        }
    }

    private static void CheckMethod(Node method, IReadOnlyDictionary<string, KnownField> fields, IReadOnlySet<string> names, IReadOnlySet<string> methods)
    {
        if (method.OneOf("kind", [.. Vocabulary.AuthKinds.Keys], required: true) is not { } kind)
            return;
        var (needed, optional) = Vocabulary.AuthKinds[kind];
        if (!method.IsObject(["name", "kind", "when", "headers", .. needed, .. optional]))
            return;
        Conditions.Check(method, fields);
        CheckHeaders(method, names);
        foreach (var parameter in needed.Concat(optional))
            if (method.Demanded(parameter, needed.Contains(parameter)) is { } value)
                CheckParameter(method, parameter, value, kind, names, methods);
    }

    private static void CheckParameter(Node method, string parameter, Node value, string kind, IReadOnlySet<string> names, IReadOnlySet<string> methods)
    {
        if (parameter is "scopes")
            method.Texts("scopes", required: true);
        else if (parameter is "request")
            CheckTokenRequest(value, names, methods);
        else if (parameter is "parameters")
            CheckParameters(value, names);
        else if (parameter is "account" && kind is Vocabulary.AuthorizationCode)
            CheckAccount(value, names, methods);
        else if (kind is "token_request")
            Conditions.CheckPath(method, parameter);
        else if (parameter is "client_auth")
            method.OneOf("client_auth", Vocabulary.ClientAuth);
        else
            Templates.CheckRequest(value, names);
    }

    private static void CheckTokenRequest(Node request, IReadOnlySet<string> names, IReadOnlySet<string> methods)
    {
        if (!request.IsObject("method", "url", "headers", "body", "auth", "status"))
            return;
        TestRules.CheckCall(request, names, methods);
        if (request.Member("status") is { } status)
            TestRules.CheckStatus(status);
    }

    private static void CheckParameters(Node parameters, IReadOnlySet<string> names)
    {
        foreach (var (_, value) in parameters.Members())
            Templates.CheckRequest(value, names);
    }

    // Asked with the new token, so that a grant cannot silently pass from one account to another.
    private static void CheckAccount(Node account, IReadOnlySet<string> names, IReadOnlySet<string> methods)
    {
        if (!account.IsObject("method", "url", "headers", "body", "id", "name"))
            return;
        TestRules.CheckCall(account, names, methods, methodRequired: false);
        foreach (var (member, required) in new[] { ("id", true), ("name", false) })
            if (account.Demanded(member, required) is { } template)
                Templates.CheckAnswer(template, names);
    }

    private static void CheckVariables(Node auth, IReadOnlyDictionary<string, KnownField> fields, HashSet<string> names)
    {
        if (auth.Member("variables") is not { } variables)
            return;
        var values = new List<Node>();
        foreach (var (name, variable) in variables.Members())
        {
            if (!Name().IsMatch(name) || !names.Add(name))
                variable.Report("must have a name of its own in snake_case");
            if (!variable.IsObject("field", "map"))
                continue;
            var field = Conditions.FieldOf(variable, fields, type: "select");
            var map = variable.Demanded("map")?.Members().ToArray() ?? [];
            values.AddRange(map.Select(entry => entry.Node));
            foreach (var option in field?.Options.Except(map.Select(entry => entry.Name)) ?? [])
                variable.Report("map", $"has no entry for the option '{option}'");
        }

        foreach (var value in values)
            Templates.CheckRequest(value, names);
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,62}$")]
    private static partial Regex Name();

    [GeneratedRegex("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$")]
    private static partial Regex HeaderName();
}
