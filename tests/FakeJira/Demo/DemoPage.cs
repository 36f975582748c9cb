namespace Hub.FakeJira.Demo;

/// <summary>What a newcomer needs to know, as plain text: on the console and on <c>GET /</c>.</summary>
static class DemoPage
{
    public static string Text(FakeJiraServer jira)
    {
        var cloud = jira.Options.Deployment == Deployment.Cloud;
        var key = jira.Issues.Projects[0].Key;
        var origin = jira.Url[..^jira.Options.ContextPath.Length];
        var credentials = cloud ? $"-u '{jira.Options.Email}:{jira.Options.Token}'" : $"-H 'Authorization: Bearer {jira.Options.Token}'";
        var search = cloud ? "rest/api/3/search/jql?fields=summary,status&maxResults=3&jql" : "rest/api/2/search?fields=summary,status&maxResults=3&jql";
        return $"""

            Fake Jira ({(cloud ? "Cloud" : "Data Center")}), {jira.Issues.Count} issues in {string.Join(", ", jira.Issues.Projects.Select(p => p.Key))}

              Address    {jira.Url}
              {(cloud ? "E-mail   " : "User     ")}  {(cloud ? jira.Options.Email : jira.Account.Name)}
              {(cloud ? "API token" : "PAT      ")}  {jira.Options.Token}

            Look at it:
              curl {credentials} '{jira.Url}/{search}=project={key}'

            Change it, and watch the change arrive in the hub:
              curl -X POST   '{origin}/demo/webhook?url=URL&secret=SECRET'          send a signed webhook there on each change
              curl -X POST   '{origin}/demo/issues?project={key}&summary=Hello'         create
              curl -X POST   '{origin}/demo/issues/{key}-1/status?to=Done'              {string.Join(", ", Status.All.Select(s => s.Name))}
              curl -X POST   '{origin}/demo/issues/{key}-1/summary?to=New+title'
              curl -X POST   '{origin}/demo/issues/{key}-1/comment?text=Looks+good'
              curl -X POST   '{origin}/demo/issues/{key}-1/worklog?seconds=5400'
              curl -X POST   '{origin}/demo/issues/{key}-1/link?to={key}-2'           the first blocks the second
              curl -X POST   '{origin}/demo/issues/{key}-1/move?to={jira.Issues.Projects[^1].Key}'               the old key goes on leading to it
              curl -X POST   '{origin}/demo/issues/{key}-1/hide'                      the account loses its sight of it; /show gives it back
              curl -X DELETE '{origin}/demo/issues/{key}-1'

            Make it misbehave:
              curl -X POST   '{origin}/demo/faults/throttle?seconds=5&times=3'      429 with Retry-After
              curl -X POST   '{origin}/demo/faults/down?times=3'                    503
              curl -X POST   '{origin}/demo/faults/anonymous'                       the credential sees nothing any more, without an error
              curl -X POST   '{origin}/demo/faults/lose-webhooks'                   no webhook arrives
              curl -X DELETE '{origin}/demo/faults'                                 behave again

            """;
    }
}
