using System.IO.Compression;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using Hub.SharedKernel.Problems;
using Hub.Webhooks.Inbound;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.Inbound;

internal sealed class PayloadTests
{
    private const int Limit = 1_000_000;
    private const string Form = "application/x-www-form-urlencoded";

    [Test]
    public void json_is_read_with_or_without_a_byte_order_mark()
    {
        Text("""{"a":1}"""u8.ToArray(), null, "application/json").Should().Be("""{"a":1}""");
        Text([.. Encoding.UTF8.Preamble, .. """{"a":1}"""u8], null, "text/plain").Should().Be("""{"a":1}""");
    }

    [Test]
    public void gzip_is_undone() => Text(Gzip("""{"a":1}"""u8.ToArray()), "GZIP", null).Should().Be("""{"a":1}""");

    [Test]
    public void every_known_encoding_is_undone()
    {
        var json = Encoding.UTF8.GetBytes($$"""{"a":"{{new string('x', 3000)}}"}""");
        Text(Packed(json, to => new BrotliStream(to, CompressionLevel.Fastest)), "br", null).Should().Be(Encoding.UTF8.GetString(json));
        Text(Packed(json, to => new ZLibStream(to, CompressionLevel.Fastest)), "deflate", null).Should().Be(Encoding.UTF8.GetString(json));
        Text(Packed(json, to => new DeflateStream(to, CompressionLevel.Fastest)), "deflate", null).Should().Be(Encoding.UTF8.GetString(json));
        foreach (var encoding in new[] { "br", "deflate" })
            ((Action)(() => Text([0xff, 0xfe, 3, 4, 5, 6, 7], encoding, null))).Should().Throw<JsonException>();
    }

    [Test]
    public void what_swells_two_hundredfold_is_a_bomb_however_large_the_limit()
    {
        var bomb = Packed(new byte[2_000_000], to => new BrotliStream(to, CompressionLevel.SmallestSize));
        var reading = () => Payload.Parse(bomb, "br", null, 100_000_000);
        reading.Should().Throw<TooLargeException>();
    }

    private static byte[] Packed(byte[] content, Func<Stream, Stream> packer)
    {
        using var packed = new MemoryStream();
        using (var stream = packer(packed))
            stream.Write(content);
        return packed.ToArray();
    }

    [Test]
    public void a_bomb_is_stopped_at_the_limit()
    {
        var reading = () => Text(Gzip(new byte[50_000_000]), "gzip", null);
        reading.Should().Throw<TooLargeException>();
    }

    [Test]
    public void damaged_gzip_is_not_json()
    {
        var reading = () => Text([1, 2, 3, 4], "gzip", null);
        reading.Should().Throw<JsonException>();
    }

    [TestCase("zstd")]
    [TestCase("gzip, gzip")]
    [TestCase("nonsense")]
    public void other_encodings_are_refused(string encoding)
    {
        var requiring = () => Payload.RequireKnown(encoding);
        requiring.Should().Throw<UnsupportedMediaException>();
    }

    [Test]
    public void a_form_gives_its_payload_field() =>
        Text("payload=%7B%22a%22%3A%22x+%2B+y%22%7D&other=1"u8.ToArray(), null, Form + "; charset=utf-8").Should().Be("""{"a":"x + y"}""");

    [Test]
    public void a_form_without_one_is_an_object_of_its_fields() =>
        Text("command=%2Fdeploy&text=a+b"u8.ToArray(), null, Form).Should().Be("""{"command":"/deploy","text":"a b"}""");

    [TestCase("{", "application/json")]
    [TestCase("{} x", "application/json")]
    [TestCase("<xml/>", "application/xml")]
    [TestCase("payload={", Form)]
    public void what_is_not_json_says_so(string body, string type)
    {
        var reading = () => Text(Encoding.UTF8.GetBytes(body), null, type);
        reading.Should().Throw<JsonException>();
    }

    [Test]
    public void deeply_nested_text_is_read()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 300)) + string.Concat(Enumerable.Repeat("]", 300));
        Text(Encoding.UTF8.GetBytes(deep), null, null).Should().Be(deep);
    }

    private static string Text(byte[] sent, string? encoding, string? type)
    {
        using var json = Payload.Parse(sent, encoding, type, Limit);
        return json.RootElement.GetRawText();
    }

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        return packed.ToArray();
    }
}
