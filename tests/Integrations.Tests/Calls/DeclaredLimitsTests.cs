using System.Text.Json;
using FluentAssertions;
using Hub.Integrations.ConnectionTests;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Outbound;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;
using static Hub.Integrations.Tests.Calls.DescribedTests;
using static Hub.Integrations.Tests.ScriptedHttp;

namespace Hub.Integrations.Tests.Calls;

public sealed class DeclaredLimitsTests
{
    [TestCase("http://169.254.169.254/latest/meta-data", "address_policy")]
    [TestCase("http://10.1.2.3", "address_policy")]
    [TestCase("https://[::1]:1", "address_policy")]
    [TestCase("https://user:pa55word@provider.test", "config")]
    [TestCase("http://nowhere.invalid", "dns")]
    public async Task An_address_that_must_not_be_called_is_not(string @base, string step)
    {
        using var http = new OutboundHttp(new AddressPolicy([]), Microsoft.Extensions.Logging.Abstractions.NullLogger<OutboundHttp>.Instance);
        var result = (await Asking(Get(), @base).Test(http.Send)).Result;
        (result.Success, result.Reason, result.Steps[^1].Name).Should().Be((false, step is "dns" ? "network" : "config", step), result.Message);
        JsonSerializer.Serialize(result).Should().NotContain("pa55word");
    }

    [Test]
    public async Task A_later_request_to_a_private_address_is_refused_by_name()
    {
        await using var provider = await FakeProvider.Start(sent => (200, """{"name":"ada","access_token":"t0ken","next":"http://10.0.0.1"}"""));
        var sample = new Sample("""{"methods":[{"kind":"token_request","request":{"method":"POST","url":"{base}/token"},"token":"$.access_token"}]}""",
            """{"method":"GET","url":"{token.next}/me","expect":{"status":[200]}}""").With("base", provider.Url, FieldType.Url);
        var result = (await sample.Test(provider.Direct)).Result;
        (result.Reason, result.Steps[^1].Name).Should().Be(("config", "address_policy"));
    }

    [Test]
    public async Task A_redirect_is_not_followed_whatever_it_leads_to()
    {
        await using var provider = await FakeProvider.Start((sent, context) =>
        {
            context.Response.Redirect(sent.Path == "/me" ? "http://169.254.169.254/latest" : "/never");
            return Task.CompletedTask;
        });
        (await Asking(Get(), provider.Url).Test(provider.Direct)).Result.Reason.Should().Be("config");
        provider.Requests.Should().HaveCount(1);
    }

    [Test]
    public async Task A_body_without_end_is_cut_off()
    {
        await using var provider = await FakeProvider.Start(async (_, context) =>
        {
            context.Response.ContentType = "application/json";
            var chunk = new byte[256 * 1024];
            Array.Fill(chunk, (byte)' ');
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        });
        var result = (await Asking(Get(), provider.Url).Test(provider.Direct)).Result;
        (result.Reason, result.Message.Contains("larger than", StringComparison.Ordinal)).Should().Be(("provider_error", true));
    }

    [Test]
    public async Task A_body_that_announces_two_gigabytes_is_not_even_read()
    {
        await using var provider = await FakeProvider.Start(async (_, context) =>
        {
            context.Response.ContentLength = 2L * 1024 * 1024 * 1024;
            await context.Response.Body.WriteAsync("{"u8.ToArray());
            await context.Response.Body.FlushAsync();
        });
        (await Asking(Get(), provider.Url).Test(provider.Direct)).Result.Reason.Should().Be("provider_error");
    }

    [Test]
    public async Task Every_call_of_a_test_has_ten_seconds_and_all_have_thirty()
    {
        var limits = new List<TimeSpan>();
        HttpCall watched = (request, _, _) =>
        {
            limits.Add(request.Timeout);
            return Task.FromResult(Json(200, """{"name":"ada"}""")(request));
        };
        await Asking(Get(",\"then\":[{\"method\":\"GET\",\"url\":\"{base}/b\",\"expect\":{\"status\":[200]}}]")).Test(watched);
        limits.Should().HaveCount(2).And.OnlyContain(limit => limit <= TimeSpan.FromSeconds(10) && limit > TimeSpan.FromSeconds(9));
    }
}
