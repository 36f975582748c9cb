using Hub.Integrations.ConnectionTests;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.Tests.Calls;

/// <summary>Documents with one request, for tests that are about its answer.</summary>
internal static class DescribedTests
{
    public const string None = """{"methods":[{"kind":"none"}]}""";
    public const string Base = "https://provider.test/root";

    public static string Get(string more = "", string expect = """{"status":[200],"json":[{"path":"$.name","exists":true}]}""") =>
        $$"""{"method":"GET","url":"{base}/me","expect":{{expect}},"identity":"{$.name}"{{more}}}""";

    public static string Plain(string url) => """{"method":"GET","url":"URL","expect":{"status":[200]}}""".Replace("URL", url);

    public static Sample Asking(string test, string @base = Base) => new Sample(None, test).With("base", @base, FieldType.Url);

    public static Task<TestOutcome> Run(string test, Func<OutboundRequest, OutboundResponse> answer) =>
        Asking(test).Test(new ScriptedHttp().On($"{Base}/me", answer).Call);
}
