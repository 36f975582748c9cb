using NUnit.Framework;
using NUnit.Framework.Interfaces;

namespace Hub.TestHarness;

/// <summary>On a test assembly: the server of <see cref="TestPostgres"/> ends after the assembly's last test.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class StopTestServerAttribute : Attribute, ITestAction
{
    public ActionTargets Targets => ActionTargets.Suite;

    public void BeforeTest(ITest test)
    {
    }

    public void AfterTest(ITest test)
    {
        if (test is { Parent: null } or { TestType: "Assembly" }) TestServer.Remove();
    }
}
