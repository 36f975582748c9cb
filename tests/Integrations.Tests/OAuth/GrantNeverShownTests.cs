using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Dapper;
using FluentAssertions;
using Hub.TestHarness;
using Microsoft.AspNetCore.WebUtilities;
using Npgsql;
using NUnit.Framework;

namespace Hub.Integrations.Tests.OAuth;

[NonParallelizable]
public sealed class GrantNeverShownTests
{
    private const string Code = "NeverShownAuthorizationCode01";
    private const string Access = "NeverShownAccessToken02";
    private const string Next = "NeverShownSecondAccessToken03";
    private const string Refresh = "NeverShownRefreshToken04";
    private const string Instance = "NeverShownInstanceAddress05";

    [Test]
    public async Task No_token_code_or_state_appears_in_any_answer_log_trace_audit_entry_or_stored_row()
    {
        var traces = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => traces.Enqueue($"{activity.DisplayName} {string.Join(' ', activity.TagObjects)} {string.Join(' ', activity.Events.SelectMany(e => e.Tags))}"),
        };
        ActivitySource.AddActivityListener(listener);
        await using var provider = await HostileProvider.Start();
        await using var home = await OAuthHub.Start();
        await using var oauth = await home.At(provider.Url);
        var seen = new StringBuilder();
        async Task<Answer> Note(Task<Answer> call)
        {
            var answer = await call;
            seen.Append(answer.Response.Headers).AppendLine(answer.Text);
            return answer;
        }

        var url = await oauth.AuthorizationUrl();
        var state = QueryHelpers.ParseQuery(url.Query)["state"].ToString();
        provider.Token = HostileProvider.Json(200, new { access_token = Access, refresh_token = Refresh, expires_in = 1, instance_url = $"https://{Instance}.example" });
        (await Note(oauth.Anonymous.Get($"/oauth/callback?code={Code}&state={state}"))).Expect(200);
        await Note(oauth.Anonymous.Get($"/oauth/callback?code={Code}&state={state}"));
        provider.Token = HostileProvider.Json(503, new { message = $"{Refresh} {Access}" });
        await oauth.Sql("update integrations.oauth_grants set expires_at = now() - interval '1 second'");
        await Note(oauth.Hub.Http.Post($"integrations/{oauth.Integration}/test"));
        provider.Token = HostileProvider.Json(200, new { access_token = Next, expires_in = 3600 });
        await oauth.Sql("update integrations.oauth_grants set failures = 0");
        provider.Me = http => HostileProvider.Json(401, new { message = $"refused {http.Request.Headers.Authorization}" })(http);
        (await Note(oauth.Hub.Http.Post($"integrations/{oauth.Integration}/test"))).Expect(200).GetProperty("reason").GetString().Should().Be("auth");
        provider.Token = HostileProvider.Json(400, new { error = "invalid_grant", error_description = $"{Refresh} is over" });
        await oauth.Connection();
        await Note(oauth.Hub.Http.Get(oauth.Path));
        await Note(oauth.Hub.Http.Get($"integrations/{oauth.Integration}"));
        await Note(oauth.Hub.Http.Get($"integrations/{oauth.Integration}/health"));
        await Note(oauth.Hub.Http.Get("audit"));
        provider.Forms.Should().Contain(form => form.GetValueOrDefault("refresh_token") == Refresh);

        var rows = await Stored(oauth.Hub);
        rows.Should().Contain("integration.reauthorization_required");
        var logs = string.Join('\n', oauth.Hub.Logs.Lines);
        var all = string.Join('\n', traces);
        all.Should().Contain("/oauth/callback", "the callback was traced");
        foreach (var secret in new[] { Code, Access, Next, Refresh, Instance, state, provider.Forms.First()["code_verifier"], "a-hostile-client-secret" })
        {
            seen.ToString().Should().NotContain(secret);
            logs.Should().NotContain(secret);
            rows.Should().NotContain(secret);
            all.Should().NotContain(secret);
        }
    }

    private static async Task<string> Stored(HubFixture hub)
    {
        await using var connection = new NpgsqlConnection(hub.ConnectionString);
        var tables = await connection.QueryAsync<string>(
            "select format('%I.%I', table_schema, table_name) from information_schema.tables where table_schema in ('integrations', 'kernel') and table_type = 'BASE TABLE'");
        var text = new StringBuilder();
        foreach (var table in tables)
            foreach (var row in await connection.QueryAsync<string>($"select t::text from {table} t"))
                text.AppendLine(row);
        return text.ToString();
    }
}
