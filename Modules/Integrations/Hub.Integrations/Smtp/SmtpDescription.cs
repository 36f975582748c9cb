using System.Text.Json;
using Hub.Integrations.Calls;

namespace Hub.Integrations.Smtp;

/// <summary><c>test</c> of kind <c>smtp</c> in a schema document. Every text is a template.</summary>
internal sealed record SmtpDescription(string Kind, string Host, string Port, string Security, string Sender)
{
    /// <returns>Null for a type that is tested otherwise.</returns>
    public static SmtpDescription? Of(JsonElement document) =>
        TestDescription.KindOf(document) is "smtp" ? document.Deserialize<SmtpDescription>(DocumentJson.Options) : null;
}
