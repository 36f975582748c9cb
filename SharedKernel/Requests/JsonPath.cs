using System.Text.Json;

namespace Hub.SharedKernel.Requests;

public static class JsonPath
{
    /// <summary>Turns a CLR path (<c>Body.SearchPriority[0].Name</c>) into the path a client wrote (<c>search_priority[0].name</c>).</summary>
    public static string Of(string clrPath)
    {
        var parts = clrPath.Split('.').SkipWhile((part, index) => index == 0 && part == "Body");
        return string.Join('.', parts.Select(JsonNamingPolicy.SnakeCaseLower.ConvertName));
    }
}
