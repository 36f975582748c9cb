using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.SharedKernel.Outbound;
using NUnit.Framework;

namespace Hub.SharedKernel.Tests.Outbound;

public sealed class RedactionTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Dictionary<string, Func<string, string>> Encodings = new()
    {
        ["plain"] = s => s,
        ["percent"] = Uri.EscapeDataString,
        ["percent, lower case"] = s => string.Concat(Encoding.UTF8.GetBytes(s).Select(b => $"%{b:x2}")),
        ["percent, only what must be"] = s => s.Replace("%", "%25").Replace(" ", "%20").Replace("&", "%26"),
        ["form"] = s => WebUtility.UrlEncode(s),
        ["json"] = s => JsonSerializer.Serialize(s)[1..^1],
        ["json, relaxed"] = s => JsonSerializer.Serialize(s, Relaxed)[1..^1],
        ["html"] = WebUtility.HtmlEncode,
        ["base64"] = s => Convert.ToBase64String(Encoding.UTF8.GetBytes(s)),
        ["base64, wrapped"] = s => Convert.ToBase64String(Encoding.UTF8.GetBytes(s), Base64FormattingOptions.InsertLineBreaks),
        ["base64url"] = s => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(s)),
        ["basic"] = s => Convert.ToBase64String(Encoding.UTF8.GetBytes($"me@example.com:{s}")),
        ["basic, one letter"] = s => Convert.ToBase64String(Encoding.UTF8.GetBytes($"m:{s}:x")),
        ["hex"] = s => Convert.ToHexString(Encoding.UTF8.GetBytes(s)),
        ["hex, lower case"] = s => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(s)),
    };

    [Test]
    public void a_secret_never_survives_in_any_of_its_encodings([Values] bool nested) =>
        Prop.ForAll(Secrets(), Gen.Elements(Encodings.Keys.ToArray()).Two().ToArbitrary(), Texts(), (secret, how, around) =>
        {
            var (first, second) = (Encodings[how.Item1], Encodings[nested ? how.Item2 : "plain"]);
            var written = second(first(secret));
            var result = Redaction.Redact($"{around.Item1} '{written}' {around.Item2}", [secret]);
            return result.Contains(Redaction.Mark) && !result.Contains(written);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Test]
    public void letters_that_stick_to_an_encoded_secret_do_not_hide_it() =>
        Prop.ForAll(Secrets(), Gen.Choose(0, 5).ToArbitrary(), Gen.Elements("base64", "base64url", "basic", "hex").ToArbitrary(),
            (secret, stuck, how) => !Redaction.Redact($"id={new string('a', stuck)}{Encodings[how](secret)}", [secret])
                .Contains(Encodings[how](secret)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Test]
    public void several_overlapping_secrets_all_go() =>
        Prop.ForAll(Secrets(), Secrets(), (one, other) =>
        {
            var text = $"<{one}{other}> <{other}>";
            var result = Redaction.Redact(text, [one, other, one + other, one[1..] + other[..2]]).Replace(Redaction.Mark, "\0");
            return result == "<\0> <\0>";
        }).QuickCheckThrowOnFailure();

    [Test]
    public void text_without_secrets_stays_as_it_is() =>
        Prop.ForAll(Gen.Elements("The", "issue", "PROJ-12", "Bearer token required", "Basic authentication failed", "page 7 of 9",
                "https://jira.example.com/a@b",
                "token: expired", "naïve", "100%", "a+b", "C:\\new", "&amp;", "deadbeef").ListOf().ToArbitrary(),
            words => string.Join(' ', words) is var text && Redaction.Redact(text, ["s3cr3t-value", "abc"]) == text).QuickCheckThrowOnFailure();

    [Test]
    public void secrets_shorter_than_four_characters_are_ignored() => Redaction.Redact("the cat sat", ["cat", "", " "]).Should().Be("the cat sat");

    [TestCase("GET https://me:pa@ss@jira.example.com/x", "GET https://[redacted]@jira.example.com/x")]
    [TestCase("sent Authorization: Basic bWU6MTIzNDU=", "sent Authorization: Basic [redacted]")]
    [TestCase("Bearer 8f2a91c7d0 is expired", "Bearer [redacted] is expired")]
    [TestCase("""{"access_token": "8f2a91c7d0", "a": 1}""", """{"access_token": "[redacted]", "a": 1}""")]
    [TestCase("/cb?client_secret=8f2a91c7d0&x=1", "/cb?client_secret=[redacted]&x=1")]
    [TestCase("found ghp_0123456789abcdefghij in", "found [redacted] in")]
    [TestCase("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln.", "jwt [redacted]")]
    public void what_looks_like_a_credential_goes_although_nobody_named_it(string text, string expected) =>
        Redaction.Redact(text, []).Should().Be(expected);

    [Test]
    public void lines_of_a_key_and_the_path_of_a_secret_url_go_too()
    {
        const string key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSjAgEAAoIB\n-----END KEY-----\n";
        Redaction.Redact("bad line AQEFAASCBKcwggSjAgEAAoIB", [key]).Should().Be("bad line [redacted]");
        Redaction.Redact("hooks.slack.com/services/T01/B02/x7Yz answered", ["https://hooks.slack.com/services/T01/B02/x7Yz"])
            .Should().Be("hooks.slack.com[redacted] answered");
        Redaction.Redact("p\u00e4ssw\u00f6rd as %70%E4ssw%F6rd", ["p\u00e4ssw\u00f6rd"]).Should().Be("[redacted] as [redacted]");
    }

    [Test]
    public void hostile_text_does_not_take_long()
    {
        var watch = Stopwatch.StartNew();
        foreach (var piece in new[] { "eyJ", "://", "token ", "%25", "\\u0041", "Bearer ", "a", "=", "://a@", "&#65;" })
            Redaction.Redact(string.Concat(Enumerable.Repeat(piece, 20_000 / piece.Length)), ["s3cr3t-value", "other-s3cr3t"]);
        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(10));
    }

    private static Arbitrary<string> Secrets() =>
        (from text in Gen.OneOf(
            Gen.Elements("abcXYZ0189+/=%&\\\"' <>-_~!é漢".ToCharArray()).ListOf().Select(list => string.Concat(list)),
            ArbMap.Default.ArbFor<string>().Generator.Where(s => s is not null).Select(s => string.Concat(s.EnumerateRunes())))
         where text.Length >= 4 && text.Trim().Length >= 4 && !Redaction.Mark.Contains(text) && !text.Contains('[') && !text.Contains('\0')
         select text).ToArbitrary();

    private static Arbitrary<(string, string)> Texts() => Gen.Elements("", "GET /x", "error:", "100%", "a\\b", "&", "{\"a\":").Two().ToArbitrary();
}
