using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Health;
using Hub.SharedKernel.Http;

namespace Hub.Integrations.Calls;

/// <summary>Turns a described request into a draft: address, headers and body rendered, not yet authenticated.</summary>
internal static class CallDrafts
{
    /// <exception cref="CallFailed">The configuration makes no address of it.</exception>
    public static CallDraft Of(CallDescription call, CallContext context)
    {
        var values = context.Values;
        var draft = Empty(values.Plain(call.Method).Text, values.Address(call.Url).Text, context, call.Service);
        AddOwnHeaders(draft, context);
        AddHeaders(draft, call.Headers, values);
        if (call.Body is { } body)
            AddBody(draft, body, values);
        return draft;
    }

    /// <exception cref="CallFailed">It is no address.</exception>
    public static CallDraft Empty(string method, string address, CallContext context, string? service = null)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || url.Host.Length == 0)
            throw new CallFailed(
                FailureReason.Config, "The configured values do not make a web address: it must be absolute and start with https:// or http://.");
        return new CallDraft(new HttpMethod(method), url) { Service = service, Trust = context.Trust };
    }

    /// <summary>The headers of every request of the type.</summary>
    public static void AddOwnHeaders(CallDraft draft, CallContext context)
    {
        AddHeaders(draft, context.Auth.Headers, context.Values);
        if (context.Auth.HeadersField is { } field && context.Values.Json(field) is { ValueKind: JsonValueKind.Object } more)
            foreach (var header in more.EnumerateObject())
                draft.Headers[header.Name] = JsonPaths.Text(header.Value) ?? "";
    }

    public static void AddHeaders(CallDraft draft, IReadOnlyDictionary<string, string>? headers, TemplateValues values)
    {
        foreach (var (name, template) in headers ?? new Dictionary<string, string>())
            if (values.Plain(template).OrNull is { } value)
                draft.Headers[name] = value;
    }

    private static void AddBody(CallDraft draft, BodyDescription body, TemplateValues values)
    {
        if (body.Json is { } json)
        {
            draft.Body = JsonSerializer.SerializeToUtf8Bytes(Node(json, values), HubJson.Options);
            draft.Headers.TryAdd("Content-Type", "application/json");
        }
        else if (body.Form is { } form)
        {
            var pairs = form.Select(pair => (pair.Key, Value: values.Plain(pair.Value))).Where(pair => !pair.Value.Nothing);
            draft.SetForm(pairs.Select(pair => (pair.Key, pair.Value.Text)));
        }
    }

    // Null stands for what is left out: a member whose placeholders have no value.
    private static JsonNode? Node(JsonElement json, TemplateValues values) => json.ValueKind switch
    {
        JsonValueKind.Object => new JsonObject(json.EnumerateObject().Where(member => !LeftOut(member.Value, values))
            .Select(member => KeyValuePair.Create(member.Name, Node(member.Value, values)))),
        JsonValueKind.Array => new JsonArray([.. json.EnumerateArray().Where(item => !LeftOut(item, values)).Select(item => Node(item, values))]),
        JsonValueKind.String => Text(json.GetString()!, values),
        _ => JsonNode.Parse(json.GetRawText()),
    };

    private static bool LeftOut(JsonElement json, TemplateValues values) => json.ValueKind is JsonValueKind.String && values.Plain(json.GetString()!).Nothing;

    // A number or flag stays one where it stands alone.
    private static JsonNode? Text(string template, TemplateValues values) =>
        Template.Alone(template) is { } field && values.Json(field) is { } value
            ? JsonNode.Parse(value.GetRawText())
            : JsonValue.Create(values.Plain(template).Text);
}
