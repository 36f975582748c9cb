namespace Hub.FakeJira;

/// <summary>The account behind the credentials and what it may do: everything that is not denied.</summary>
static class MyselfEndpoints
{
    public static void Map(RestApi api)
    {
        api.Map("GET", "/myself", (context, view) =>
        {
            context.RequireAccount();
            context.Charge(2);
            return Reply.Write(context, 200, json => view.Write(json, api.Jira.Account, more => more.WriteString("locale", "en_US")));
        });
        api.Map("GET", "/mypermissions", (context, _) =>
        {
            var asked = context.Request.Query["permissions"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries);
            if (asked.Length == 0 && api.Cloud) throw new JiraProblem(400, "The 'permissions' query parameter is required.");
            context.Charge(2);
            return Reply.Json(context, 200, new
            {
                permissions = asked.ToDictionary(key => key, key =>
                    new { id = "-1", key, name = key, type = "PROJECT", havePermission = context.May(api.Jira, key) }),
            });
        });
    }
}
