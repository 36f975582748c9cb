using System.Globalization;
using FluentAssertions;
using Hub.SharedKernel.Outbound;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;
using static Hub.SharedKernel.Tests.Outbound.OutboundHttpTests;

namespace Hub.SharedKernel.Tests.Outbound;

public sealed class RedirectTests
{
    private static readonly OutboundRequest Post = new()
    {
        Method = HttpMethod.Post,
        Url = new("https://a.example/one?x=1"),
        Body = new byte[] { 1 },
        ContentType = "text/plain",
        MaxRedirects = 3,
        Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer t", ["X-Key"] = "k" },
    };

    [TestCase(301, "GET")]
    [TestCase(302, "GET")]
    [TestCase(303, "GET")]
    [TestCase(307, "POST")]
    [TestCase(308, "POST")]
    public void only_307_and_308_repeat_method_and_body(int status, string method)
    {
        var next = Redirects.Next(Post, status, "/two#part", 0)!;
        (next.Method.Method, next.Body.HasValue, next.ContentType is not null).Should().Be((method, method == "POST", method == "POST"));
        next.Url.AbsolutePath.Should().Be("/two");
        next.Headers.Should().BeEquivalentTo(Post.Headers);
        Redirects.Next(Post with { Method = HttpMethod.Head, Body = null }, status, "/two", 0)!.Method.Should().Be(HttpMethod.Head);
    }

    [TestCase("https://a.example:443/two", true)]
    [TestCase("https://A.EXAMPLE/two", true)]
    [TestCase("two", true)]
    [TestCase("//a.example/two", true)]
    [TestCase("https://a.example:8443/two", false)]
    [TestCase("https://b.a.example/two", false)]
    [TestCase("https://a.example.evil/two", false)]
    [TestCase("//b.example/two", false)]
    public void headers_stay_with_their_origin(string location, bool kept) =>
        Redirects.Next(Post, 307, location, 0)!.Headers.Should().HaveCount(kept ? 2 : 0);

    [TestCase("http://a.example/two", "encryption")]
    [TestCase("ftp://a.example/two", "no web address")]
    [TestCase("javascript:alert(1)", "no web address")]
    [TestCase("https://", "no web address")]
    [TestCase("https://me:pw@a.example/", "user name")]
    public void some_targets_are_refused(string location, string why)
    {
        var failure = FluentActions.Invoking(() => Redirects.Next(Post, 302, location, 0)).Should().Throw<OutboundException>().Which;
        failure.Reason.Should().Be(OutboundReason.Redirect);
        failure.Message.Should().Contain(why).And.NotContain("pw").And.NotContain("x=1");
    }

    [TestCase(200, "/two")]
    [TestCase(304, "/two")]
    [TestCase(300, "/two")]
    [TestCase(302, null)]
    [TestCase(302, "")]
    public void everything_else_is_the_callers_to_read(int status, string? location) => Redirects.Next(Post, status, location, 0).Should().BeNull();

    [Test]
    public async Task redirects_are_followed_only_when_wanted_and_not_for_ever()
    {
        await using var peer = await Peer.Start(context =>
        {
            var hop = int.Parse(context.Request.Path.Value![1..], CultureInfo.InvariantCulture);
            if (hop == 0)
                return context.Response.WriteAsync("there");
            context.Response.Redirect($"/{hop - 1}?token=s3cr3t");
            return context.Response.WriteAsync(new string('x', 100_000));
        });
        using var http = Peer.Client();
        (await http.Send(Peer.Get(peer.At("/1")), default)).Status.Should().Be(302);
        var response = await http.Send(Peer.Get(peer.At("/3")) with { MaxRedirects = 3 }, default);
        (response.Text, response.FinalUrl).Should().Be(("there", peer.At("/0?token=s3cr3t")));
        var failure = await Failure(http, Peer.Get(peer.At("/4")) with { MaxRedirects = 3 });
        (failure.Reason, failure.Message).Should().Be((OutboundReason.Redirect,
            "127.0.0.1 redirects more than 3 times. Use the final address in the URL."));
    }

    [Test]
    public async Task headers_do_not_come_back_once_the_origin_was_left()
    {
        var seen = new List<string>();
        Peer one = null!, other = null!;
        await using (one = await Peer.Start(context => Answer(context, context.Request.Path == "/end" ? null : other.At("/").ToString())))
        await using (other = await Peer.Start(context => Answer(context, one.At("/end").ToString())))
        {
            using var http = Peer.Client();
            await http.Send(Post with { Url = one.At("/start") }, default);
        }

        seen.Should().Equal("/start Bearer t k", "/  ", "/end  ");

        Task Answer(HttpContext context, string? location)
        {
            seen.Add($"{context.Request.Path} {context.Request.Headers.Authorization} {context.Request.Headers["X-Key"]}");
            if (location is not null)
                context.Response.Redirect(location);
            return Task.CompletedTask;
        }
    }
}
