using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Security.Cryptography.Xml;
using System.Text;
using System.Xml;
using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Sso;

/// <summary>Responses that are forged, moved, old, or meant for somebody else.</summary>
public sealed class SamlHostileTests
{
    private static HubFixture Hub => SsoHub.Hub;

    /// <summary>What is wrong, how the response is made, and what the administrator reads.</summary>
    private static IEnumerable<TestCaseData> Lies()
    {
        static TestCaseData Fact(string name, string noted, Func<SamlFacts, SamlFacts> lie) => Made(name, noted, facts => SamlForge.Signed(lie(facts)).OuterXml);

        static TestCaseData Spoilt(string name, string noted, Action<SignedXml, Reference> spoil) =>
            Made(name, noted, facts => SamlForge.Sign(SamlForge.Response(facts), "Assertion", null, spoil).OuterXml);

        static TestCaseData Changed(string name, string noted, Func<string, string> change) => Made(name, noted, facts => change(SamlForge.Signed(facts).OuterXml));

        static TestCaseData Made(string name, string noted, Func<SamlFacts, string> make) => new TestCaseData(make, noted).SetArgDisplayNames(name);

        foreach (var (name, make) in SamlWrapping.All)
            yield return Made(name, " ", facts => make(facts).OuterXml);
        yield return Fact("wrong issuer", "another issuer", facts => facts with { Issuer = "https://other.example" });
        yield return Fact("wrong issuer of the response", "another issuer", facts => facts with { ResponseIssuer = "https://other.example" });
        yield return Fact("wrong audience", "not for this hub", facts => facts with { Audience = "https://other.example" });
        yield return Fact("wrong recipient", "No bearer confirmation", facts => facts with { Recipient = "https://other.example/acs", Destination = facts.Recipient });
        yield return Fact("wrong destination", "sent to another address", facts => facts with { Destination = "https://other.example/acs" });
        yield return Fact("another request", "answers another request", facts => facts with { AnswersTo = "_other" });
        yield return Fact("confirmed for another request", "No bearer confirmation", facts => facts with { ConfirmedFor = "_other" });
        yield return Fact("holder of key", "No bearer confirmation", facts => facts with { Method = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key" });
        yield return Fact("expired", "has expired", facts => facts with { Until = facts.Now.AddMinutes(-3) });
        yield return Fact("confirmation expired", "No bearer confirmation", facts => facts with { ConfirmedUntil = facts.Now.AddMinutes(-3) });
        yield return Fact("not valid yet", "not valid yet", facts => facts with { NotBefore = facts.Now.AddMinutes(5) });
        yield return Fact("empty name", "one subject with a NameID", facts => facts with { NameId = " " });
        yield return Made("unsigned", "is signed", facts => SamlForge.Response(facts).OuterXml);
        yield return Made("another certificate", "not by the certificate", facts => SamlForge.Signed(facts, SamlForge.Other).OuterXml);
        yield return Changed("changed name", "what it signs was changed", xml => xml.Replace("carol@", "ceo@", StringComparison.Ordinal));
        yield return Changed("changed signature", "not by the certificate", xml =>
        {
            var document = SamlForge.Parse(xml);
            var value = SamlForge.Find(document, "SignatureValue");
            value.InnerText = Convert.ToBase64String(RandomNumberGenerator.GetBytes(256));
            return document.OuterXml;
        });
        yield return Changed("comment in the name", "comments", xml => xml.Replace("carol@example.com", "carol@example.com<!---->.evil.example", StringComparison.Ordinal));
        yield return Changed("DTD", "DTD", xml => "<!DOCTYPE x [<!ENTITY e \"carol\">]>" + xml);
        yield return Changed("external entity", "DTD", xml => "<!DOCTYPE x SYSTEM \"http://127.0.0.1:1/x.dtd\">" + xml);
        yield return Changed("billions of laughs", "DTD", xml =>
            "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>" + xml.Replace("carol", "&c;", StringComparison.Ordinal));
        yield return Changed("huge", "larger than", xml => xml + new string(' ', 260 * 1024));
        yield return Changed("deep", "nested too deeply", xml => xml.Replace(
            "<samlp:Status>", string.Concat(Enumerable.Repeat("<a>", 8000)) + string.Concat(Enumerable.Repeat("</a>", 8000)) + "<samlp:Status>", StringComparison.Ordinal));
        yield return Changed("not closed", "not well-formed", xml => xml[..^5]);
        yield return Changed("not SAML", "no SAML 2.0 response", _ => "<html/>");
        yield return Changed("SAML 1.1", "no SAML 2.0 response", xml =>
            xml.Replace("ID=\"_response\" Version=\"2.0\"", "ID=\"_response\" Version=\"1.1\"", StringComparison.Ordinal));
        yield return Changed("a stylesheet", "processing instructions", xml => "<?xml-stylesheet href='x'?>" + xml);
        yield return Made("two assertions, both signed", "exactly one assertion", facts =>
        {
            var document = SamlForge.Signed(facts);
            var second = SamlForge.Signed(facts with { NameId = "ceo@example.com", AssertionId = "_second" });
            document.DocumentElement!.AppendChild(document.ImportNode(SamlForge.Find(second, "Assertion"), true));
            return document.OuterXml;
        });
        yield return Made("no assertion", "exactly one assertion", facts =>
        {
            var document = SamlForge.Sign(SamlForge.Response(facts), "Response");
            document.DocumentElement!.RemoveChild(SamlForge.Find(document, "Assertion"));
            return document.OuterXml;
        });
        yield return Made("good assertion, bad response signature", "signature of the Response", facts =>
            SamlForge.Sign(SamlForge.Signed(facts), "Response", SamlForge.Other).OuterXml);
        yield return Made("good response, bad assertion signature", "signature of the Assertion", facts =>
            SamlForge.Sign(SamlForge.Signed(facts, SamlForge.Other), "Response").OuterXml);
        yield return Spoilt("SHA-1", "does not count", (signed, _) => signed.SignedInfo!.SignatureMethod = SignedXml.XmlDsigRSASHA1Url);
        yield return Spoilt("SHA-1 digest", "does not count", (_, reference) => reference.DigestMethod = SignedXml.XmlDsigSHA1Url);
        yield return Spoilt("inclusive canonicalisation", "not canonicalised exclusively", (signed, _) =>
            signed.SignedInfo!.CanonicalizationMethod = SignedXml.XmlDsigC14NTransformUrl);
        yield return Spoilt("the whole document", "signs something else", (_, reference) => reference.Uri = "");
        yield return Spoilt("two references", "exactly one thing", (signed, _) =>
            signed.AddReference(new Reference("") { DigestMethod = SignedXml.XmlDsigSHA256Url, TransformChain = Enveloped() }));
        yield return Spoilt("a filter", "do not count", (_, reference) =>
        {
            var filter = new XmlDsigXPathTransform();
            filter.LoadInnerXml(SamlForge.Parse("<X><XPath xmlns=\"http://www.w3.org/2000/09/xmldsig#\">not(ancestor-or-self::*[local-name()='Subject'])</XPath></X>").DocumentElement!.ChildNodes);
            reference.AddTransform(filter);
        });
        yield return Made("HMAC with the certificate", "does not count", facts => SamlForge.Signed(facts).OuterXml.Replace(
            SignedXml.XmlDsigRSASHA256Url, "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", StringComparison.Ordinal));
    }

    [TestCaseSource(nameof(Lies))]
    public async Task A_false_response_lets_nobody_in(object make, string noted)
    {
        var tenant = await SamlForge.Tenant();
        using var browser = new Browser();
        var (facts, state) = await SamlForge.SetOut(browser, tenant);
        var page = await SamlForge.Deliver(browser, ((Func<SamlFacts, string>)make)(facts), state);
        page.Address.AbsolutePath.Should().Be("/login");
        page.Alert.Should().Contain("could not be trusted");
        (await SsoTenant.Me(browser)).Status.Should().Be(401);
        (await tenant.Refusals()).Should().ContainSingle().Which.Should().Contain(noted);
    }

    [TestCase("the assertion")]
    [TestCase("the response")]
    [TestCase("both")]
    public async Task A_true_response_lets_its_subject_in_whichever_part_is_signed(string signed)
    {
        var tenant = await SamlForge.Tenant(mapping: new Dictionary<string, string> { ["staff"] = "manager" });
        using var browser = new Browser();
        var (facts, state) = await SamlForge.SetOut(browser, tenant);
        var document = signed is "the response" ? SamlForge.Response(facts) : SamlForge.Signed(facts);
        await SamlForge.Deliver(browser, (signed is "the assertion" ? document : SamlForge.Sign(document, "Response")).OuterXml, state);
        var (_, me) = await SsoTenant.Me(browser);
        me.GetProperty("user").GetProperty("email").GetString().Should().Be("carol@example.com");
        me.GetProperty("role").GetString().Should().Be("manager");
        me.GetProperty("scope").GetProperty("id").GetInt64().Should().Be(tenant.Id);
    }

    [Test]
    public async Task A_signature_on_an_elliptic_curve_counts_and_either_of_two_certificates_does()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=curve", curve, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var tenant = await SamlForge.Tenant($"{SamlForge.Certificate.ExportCertificatePem()}\n{certificate.ExportCertificatePem()}");
        using var browser = new Browser();
        var (facts, state) = await SamlForge.SetOut(browser, tenant);
        await SamlForge.Deliver(browser, EcdsaSigned(SamlForge.Signed(facts), curve), state);
        (await SsoTenant.Me(browser)).Status.Should().Be(200);
        using var second = new Browser();
        (facts, state) = await SamlForge.SetOut(second, tenant);
        await SamlForge.Deliver(second, SamlForge.Signed(facts).OuterXml, state);
        (await SsoTenant.Me(second)).Status.Should().Be(200);
    }

    [Test]
    public async Task An_assertion_is_used_once_and_only_by_the_browser_that_asked()
    {
        var tenant = await SamlForge.Tenant();
        using var victim = new Browser();
        using var attacker = new Browser();
        var (facts, state) = await SamlForge.SetOut(attacker, tenant);
        var response = SamlForge.Signed(facts).OuterXml;
        (await SamlForge.Deliver(victim, response, state)).Alert.Should().Contain("started in another browser");
        (await SsoTenant.Me(victim)).Status.Should().Be(401);
        (await SamlForge.Deliver(attacker, response, state)).Alert.Should().Contain("used already");

        await attacker.Open(Hub.Url, $"/auth/sso/callback?state={state}");
        (await SsoTenant.Me(attacker)).Status.Should().Be(200, "the assertion was kept for the browser that asked");
        var (again, next) = await SamlForge.SetOut(victim, tenant);
        var replayed = SamlForge.Signed(again with { AssertionId = facts.AssertionId }).OuterXml;
        (await SamlForge.Deliver(victim, replayed, next)).Alert.Should().Contain("could not be trusted");
        (await tenant.Refusals())[0].Should().Contain("used before");
    }

    [Test]
    public async Task Nobody_comes_in_unasked()
    {
        var tenant = await SamlForge.Tenant();
        using var browser = new Browser();
        var (facts, _) = await SamlForge.SetOut(browser, tenant);
        foreach (var state in new[] { "", "made-up" })
            (await SamlForge.Deliver(browser, SamlForge.Signed(facts).OuterXml, state)).Alert.Should().Contain("took too long");
        (await browser.Post(new Uri(Hub.Url, "/auth/sso/acs"))).Alert.Should().Contain("took too long");
        (await SsoTenant.Me(browser)).Status.Should().Be(401);
    }

    [Test]
    public async Task An_assertion_for_one_tenant_opens_no_other()
    {
        var (first, second) = (await SamlForge.Tenant(), await SamlForge.Tenant());
        using var browser = new Browser();
        var (mine, _) = await SamlForge.SetOut(browser, first);
        var (theirs, state) = await SamlForge.SetOut(browser, second);
        var page = await SamlForge.Deliver(browser, SamlForge.Signed(theirs with { Audience = mine.Audience }).OuterXml, state);
        page.Alert.Should().Contain("could not be trusted");
        (await second.Refusals()).Should().ContainSingle().Which.Should().Contain("not for this hub");
    }

    [Test]
    public async Task What_the_provider_refuses_and_what_is_encrypted_is_told_in_words()
    {
        var tenant = await SamlForge.Tenant();
        using var browser = new Browser();
        var (facts, state) = await SamlForge.SetOut(browser, tenant);
        var refused = SamlForge.Response(facts with { Status = "urn:oasis:names:tc:SAML:2.0:status:Responder" }).OuterXml;
        (await SamlForge.Deliver(browser, refused, state)).Alert.Should().Contain("did not let you in");
        var document = SamlForge.Response(facts);
        var assertion = SamlForge.Find(document, "Assertion");
        assertion.ParentNode!.ReplaceChild(document.CreateElement("saml", "EncryptedAssertion", SamlForge.Assertion), assertion);
        (await SamlForge.Deliver(browser, document.OuterXml, state)).Alert.Should().Contain("encrypted assertion");
        (await tenant.Refusals()).Should().HaveCount(2);
    }

    [Test]
    public async Task A_form_larger_than_any_response_is_refused()
    {
        using var browser = new Browser();
        var page = await browser.Post(new Uri(Hub.Url, "/auth/sso/acs"), ("SAMLResponse", new string('A', 700_000)));
        page.Status.Should().BeOneOf(200, 413);
        (await SsoTenant.Me(browser)).Status.Should().Be(401);
    }

    private static TransformChain Enveloped()
    {
        var chain = new TransformChain();
        chain.Add(new XmlDsigEnvelopedSignatureTransform());
        return chain;
    }

    /// <summary>The framework signs with RSA only: its signed part is kept, and signed anew.</summary>
    private static string EcdsaSigned(XmlDocument document, ECDsa key)
    {
        var xml = document.OuterXml.Replace(SignedXml.XmlDsigRSASHA256Url, "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", StringComparison.Ordinal);
        document = SamlForge.Parse(xml);
        var info = SamlForge.Find(document, "SignedInfo");
        var alone = new XmlDocument { PreserveWhitespace = true };
        alone.LoadXml(info.OuterXml);
        var canonical = new XmlDsigExcC14NTransform();
        canonical.LoadInput(alone);
        using var bytes = (Stream)canonical.GetOutput(typeof(Stream));
        SamlForge.Find(document, "SignatureValue").InnerText = Convert.ToBase64String(key.SignData(bytes, HashAlgorithmName.SHA256));
        return document.OuterXml;
    }
}
