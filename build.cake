var target = Argument("target", "Test");
var configuration = Argument("configuration", "Release");
var runtime = Argument("runtime", "");

const string Solution = "./HubMonolith.sln";

Task("Build")
    .Description("Compiles everything; warnings are errors.")
    .Does(() => DotNetBuild(Solution, new DotNetBuildSettings { Configuration = configuration }));

Task("Test")
    .Description("Runs all tests on a private PostgreSQL.")
    .IsDependentOn("Build")
    .Does(() => DotNetTest(Solution, new DotNetTestSettings { Configuration = configuration, NoBuild = true }));

Task("Run")
    .Description("Starts the hub on its embedded database.")
    .Does(() => DotNetRun("./Host/Hub.Host.csproj", new DotNetRunSettings { Configuration = configuration }));

Task("Format")
    .Description("Applies .editorconfig.")
    .Does(() => DotNetFormat(Solution));

Task("Benchmark")
    .Description("Measures the hub against limits taken in the same run.")
    .Does(() => DotNetRun("./tests/Benchmarks/Hub.Benchmarks.csproj", new DotNetRunSettings { Configuration = "Release" }));

Task("Publish")
    .Description("Puts the executable into ./artifacts/hub; --runtime=linux-x64 makes it self-contained.")
    .Does(() => DotNetPublish("./Host/Hub.Host.csproj", new DotNetPublishSettings
    {
        Configuration = "Release",
        OutputDirectory = "./artifacts/hub",
        Runtime = runtime == "" ? null : runtime,
        SelfContained = runtime == "" ? null : true,
    }));

RunTarget(target);
