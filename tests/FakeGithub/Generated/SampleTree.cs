namespace Hub.FakeGithub;

/// <summary>The files that a generated repository begins with: a web shop in C# and TypeScript, with tests, documentation, CI and containers.</summary>
static class SampleTree
{
    const string Readme = """
        # Shop

        Sells things. See [the architecture](docs/architecture.md).

        ```
        dotnet run --project src/Shop.Api
        ```
        """;

    const string Workflow = """
        name: CI
        on: [push, pull_request]
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
              - run: dotnet test
        """;

    const string Dockerfile = """
        FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
        COPY . .
        RUN dotnet publish src/Shop.Api -o /app
        FROM mcr.microsoft.com/dotnet/aspnet:10.0
        COPY --from=build /app .
        ENTRYPOINT ["dotnet", "Shop.Api.dll"]
        """;

    const string Package = """
        { "name": "shop-web", "private": true, "dependencies": { "react": "18.3.1" }, "devDependencies": { "vitest": "2.1.0", "typescript": "5.6.2" } }
        """;

    /// <summary>The source files that generated commits change.</summary>
    public static readonly IReadOnlyList<string> Sources =
    [
        "src/Shop.Api/Program.cs", "src/Shop.Api/Orders/PlaceOrder.cs", "src/Shop.Api/Orders/CancelOrder.cs", "src/Shop.Api/Payments/Refund.cs",
        "src/Shop.Api/Payments/PaymentClient.cs", "src/Shop.Domain/Order.cs", "src/Shop.Domain/Money.cs", "src/Shop.Infrastructure/Db.cs",
        "src/web/src/App.tsx", "src/web/src/cart/Cart.tsx", "src/web/src/cart/cart.ts", "src/web/src/übersicht/Liste.tsx", "scripts/import.py",
    ];

    public static readonly IReadOnlyList<string> Tests =
    [
        "tests/Shop.Api.Tests/PlaceOrderTests.cs", "tests/Shop.Api.Tests/RefundTests.cs", "tests/Shop.Domain.Tests/MoneyTests.cs",
        "src/web/src/cart/cart.test.ts", "scripts/test_import.py",
    ];

    public static IReadOnlyList<FileChange> First() =>
    [
        Given("README.md", Readme), Given(".github/workflows/ci.yml", Workflow), Given("Dockerfile", Dockerfile), Given("src/web/package.json", Package),
        Given(".github/CODEOWNERS", "* @mkowalska\n"), Given(".gitignore", "bin/\nobj/\nnode_modules/\n"),
        Given("docker-compose.yml", "services:\n  shop:\n    build: .\n"), Given("LICENSE", "MIT License\n"),
        .. new[] { "docs/architecture.md", "docs/decisions/0001-one-database.md", "src/Shop.Api/Shop.Api.csproj", "src/Shop.Domain/Shop.Domain.csproj", "Shop.sln" }
            .Concat(Sources).Concat(Tests).Select((path, i) => new FileChange(path, "added", 20 + 17 * (i % 9), 0)),
        new FileChange("vendor/payments-sdk", "added", 0, 0) { Mode = "160000" },
        new FileChange("docs/latest", "added", 1, 0) { Mode = "120000", Content = "architecture.md" },
    ];

    static FileChange Given(string path, string content) => new(path, "added", content.Count(c => c == '\n') + 1, 0) { Content = content };
}
