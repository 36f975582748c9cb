using System.Xml;

namespace Hub.Integrations.Sso.Saml;

/// <summary>What a signed assertion says.</summary>
/// <param name="Id">Of the assertion.</param>
/// <param name="UsableUntil">When it is no use any more, skew included.</param>
/// <param name="NameId">Who it is about.</param>
/// <param name="Format">Of the name.</param>
/// <param name="Attributes">By name.</param>
internal sealed record SamlStatement(
    string Id, DateTimeOffset UsableUntil, string NameId, string? Format, IReadOnlyDictionary<string, IReadOnlyList<string>> Attributes);

/// <summary>What an assertion must say to be believed (SAML 2.0 Profiles, section 4.1.4.3). Its signature is another matter and comes first.</summary>
/// <param name="Issuer">Entity id of the provider.</param>
/// <param name="Recipient">Where it must have been sent.</param>
/// <param name="Audience">Our own entity id.</param>
/// <param name="RequestId">The request that it must answer.</param>
internal sealed record SamlRules(string Issuer, string Recipient, string Audience, string RequestId)
{
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    /// <exception cref="SsoRefusal">It is not to be believed.</exception>
    public SamlStatement Check(SamlDocument document, bool wholeIsSigned, DateTimeOffset now)
    {
        CheckResponse(document.Response, wholeIsSigned);
        var assertion = document.Assertion;
        if (IssuerOf(assertion) != Issuer)
            throw SsoRefusal.Invalid($"The assertion is of another issuer than {Issuer}.");
        var conditions = assertion.Children("Conditions", SamlNames.Assertion).ToArray();
        if (conditions.Length != 1)
            throw SsoRefusal.Invalid("The assertion must have conditions, once.");
        CheckTimes(conditions[0], now);
        CheckAudience(conditions[0]);
        var subjects = assertion.Children("Subject", SamlNames.Assertion).ToArray();
        if (subjects.Length != 1 || subjects[0].Children("NameID", SamlNames.Assertion).ToArray() is not [var name]
            || name.InnerText.Trim() is not { Length: > 0 } nameId)
            throw SsoRefusal.Invalid("The assertion must be about one subject with a NameID.");
        var until = ConfirmedUntil(subjects[0], now);
        var statements = assertion.Children("AuthnStatement", SamlNames.Assertion).ToArray();
        if (statements.Length == 0 || statements.Any(statement => statement.Time("SessionNotOnOrAfter") is { } ends && ends + Skew <= now))
            throw SsoRefusal.Invalid("The assertion does not say that its subject signed in, or that sign-in is over.");
        return new SamlStatement(assertion.Attribute("ID")!, until + Skew, nameId, name.Attribute("Format"), Attributes(assertion));
    }

    private void CheckResponse(XmlElement response, bool isSigned)
    {
        if (response.Attribute("InResponseTo") != RequestId)
            throw SsoRefusal.Invalid("The response answers another request than the one that was made.");
        if (response.Attribute("Destination") is { } destination ? destination != Recipient : isSigned)
            throw SsoRefusal.Invalid($"The response was sent to another address than {Recipient}.");
        if (response.Children("Issuer", SamlNames.Assertion).Any() && IssuerOf(response) != Issuer)
            throw SsoRefusal.Invalid($"The response is of another issuer than {Issuer}.");
    }

    private static void CheckTimes(XmlElement conditions, DateTimeOffset now)
    {
        if (conditions.Time("NotBefore") is { } starts && starts - Skew > now)
            throw SsoRefusal.Invalid("The assertion is not valid yet. Are the clocks right?");
        if (conditions.Time("NotOnOrAfter") is { } ends && ends + Skew <= now)
            throw SsoRefusal.Invalid("The assertion has expired.");
    }

    private void CheckAudience(XmlElement conditions)
    {
        var restrictions = conditions.Children("AudienceRestriction", SamlNames.Assertion).ToArray();
        if (restrictions.Length == 0
            || restrictions.Any(one => one.Children("Audience", SamlNames.Assertion).All(audience => audience.InnerText.Trim() != Audience)))
            throw SsoRefusal.Invalid($"The assertion is not for this hub, whose entity id is {Audience}.");
    }

    /// <summary>The bearer confirmation is what makes the assertion ours: sent to us, now, in answer to our request.</summary>
    private DateTimeOffset ConfirmedUntil(XmlElement subject, DateTimeOffset now)
    {
        var confirmed = subject.Children("SubjectConfirmation", SamlNames.Assertion).Where(one => one.Attribute("Method") == SamlNames.Bearer)
            .SelectMany(one => one.Children("SubjectConfirmationData", SamlNames.Assertion))
            .Where(data => data.Attribute("Recipient") == Recipient && data.Attribute("InResponseTo") == RequestId)
            .Where(data => data.Time("NotBefore") is not { } starts || starts - Skew <= now)
            .Select(data => data.Time("NotOnOrAfter")).FirstOrDefault(ends => ends is { } until && until + Skew > now);
        return confirmed ?? throw SsoRefusal.Invalid(
            $"No bearer confirmation of the assertion holds: it must name {Recipient} as its recipient, our request, and a time that is not over.");
    }

    private static string? IssuerOf(XmlElement element) =>
        element.Children("Issuer", SamlNames.Assertion).ToArray() is [var issuer] ? issuer.InnerText.Trim() : null;

    private static Dictionary<string, IReadOnlyList<string>> Attributes(XmlElement assertion)
    {
        var found = assertion.Children("AttributeStatement", SamlNames.Assertion)
            .SelectMany(statement => statement.Children("Attribute", SamlNames.Assertion)).ToArray();
        var attributes = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        // What an attribute is called counts more than what it is called for people.
        foreach (var nameOf in new Func<XmlElement, string?>[] { attribute => attribute.Attribute("Name"), attribute => attribute.Attribute("FriendlyName") })
            foreach (var group in found.Where(attribute => nameOf(attribute) is not null).GroupBy(attribute => nameOf(attribute)!))
                attributes.TryAdd(group.Key, [.. group.SelectMany(Values)]);
        return attributes;
    }

    private static IEnumerable<string> Values(XmlElement attribute) =>
        attribute.Children("AttributeValue", SamlNames.Assertion).Select(value => value.InnerText.Trim());
}
