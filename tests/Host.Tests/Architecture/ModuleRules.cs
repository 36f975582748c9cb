using System.Reflection;
using System.Text.RegularExpressions;
using FluentAssertions;
using Hub.SharedKernel;
using Hub.SharedKernel.Modules;
using MediatR;
using NUnit.Framework;

namespace Hub.Host.Tests.Architecture;

public sealed partial class ModuleRules
{
    private static readonly Assembly[] Implementations = [.. Repository.Modules.Select(module => Assembly.Load($"Hub.{module}"))];
    private static readonly Assembly[] Contracts = [.. Repository.Modules.Select(module => Assembly.Load($"Hub.{module}.Contracts"))];

    [SetUp]
    public void There_are_modules() => Repository.Modules.Should().HaveCountGreaterThanOrEqualTo(4);

    [Test]
    public void The_host_lists_every_module() =>
        HubModules.All.Select(module => module.GetType().Assembly).Should().BeEquivalentTo(Implementations);

    [TestCaseSource(typeof(Repository), nameof(Repository.Modules))]
    public void A_module_exports_one_type(string module)
    {
        var exported = Assembly.Load($"Hub.{module}").GetExportedTypes();
        exported.Should().ContainSingle().Which.Name.Should().Be($"{module}Module");
        exported[0].Should().Implement<IModule>();
        HubModules.All.Single(m => m.GetType() == exported[0]).Name.Should().Be(module.ToLowerInvariant(), "the module's name is its PostgreSQL schema and its folder under db");
    }

    [TestCaseSource(typeof(Repository), nameof(Repository.Modules))]
    public void A_module_knows_only_contracts_of_others(string module)
    {
        var others = Repository.Modules.Where(other => other != module).Select(other => $"Hub.{other}").ToArray();
        Assembly.Load($"Hub.{module}").GetReferencedAssemblies().Select(reference => reference.Name).Should().NotIntersectWith(others);
    }

    [Test]
    public void Contracts_are_sealed_records_and_enums()
    {
        var types = Contracts.SelectMany(contract => contract.GetExportedTypes()).ToArray();
        types.Should().HaveCountGreaterThan(20);
        types.Where(type => !type.IsEnum && !(type.IsSealed && type.GetMethod("<Clone>$") is not null)).Should().BeEmpty();
    }

    [Test]
    public void Each_request_has_one_handler()
    {
        var all = Implementations.Concat(Contracts).Append(KernelServices.Assembly).SelectMany(assembly => assembly.GetTypes()).ToArray();
        var requests = all.Where(type => type is { IsAbstract: false, IsClass: true } && type.GetInterfaces().Any(IsRequest)).ToArray();
        var handled = all.SelectMany(type => type.GetInterfaces()).Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRequestHandler<,>))
            .Select(i => i.GetGenericArguments()[0]).ToLookup(type => type);
        requests.Should().HaveCountGreaterThan(20);
        requests.Where(request => handled[request].Count() != 1).Select(request => request.FullName).Should().BeEmpty();
    }

    [TestCaseSource(typeof(Repository), nameof(Repository.Modules))]
    public void Sql_names_only_its_own_schema(string module)
    {
        var own = module.ToLowerInvariant();
        var statements = Repository.Files(Path.Combine("Modules", module), "*.cs").Concat(Repository.Files(Path.Combine("db", own), "*.sql"))
            .SelectMany(file => TableName().Matches(File.ReadAllText(file)).Select(match => (file, schema: match.Groups[1].Value, table: match.Groups[2].Value)))
            .ToArray();
        statements.Should().NotBeEmpty();
        // The audit log is the kernel's table; reading it to callers is the Integrations module's slice.
        statements.Where(s => s.schema != own && !(module == "Integrations" && s is { schema: "kernel", table: "audit_log" })).Should().BeEmpty();
    }

    [Test]
    public void No_foreign_key_leaves_its_schema()
    {
        var references = Repository.Files("db", "*.sql")
            .SelectMany(file => Reference().Matches(File.ReadAllText(file)).Select(match => (file, own: Path.GetFileName(Path.GetDirectoryName(file)), schema: match.Groups[1].Value)))
            .ToArray();
        references.Should().NotBeEmpty();
        references.Where(reference => reference.own != reference.schema).Should().BeEmpty();
    }

    [Test]
    public void Folders_are_features_not_layers()
    {
        var folders = Repository.Files("Modules", "*.cs").Select(Path.GetDirectoryName).Distinct().Select(Path.GetFileName).ToArray();
        folders.Should().NotBeEmpty();
        folders.Should().NotContain(["Services", "Repositories", "Models", "Helpers", "Common"]);
    }

    private static bool IsRequest(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IRequest<>);

    [GeneratedRegex(@"\b(?:from|join|into|update|table|exists|on)\s+(kernel|schemas|integrations|sync|webhooks)\.([a-z_]+)")]
    private static partial Regex TableName();

    [GeneratedRegex(@"\breferences\s+([a-z_]+)\.")]
    private static partial Regex Reference();
}
