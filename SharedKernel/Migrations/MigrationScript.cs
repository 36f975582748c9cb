using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Hub.SharedKernel.Migrations;

/// <summary>One numbered step of a schema, with its way up and its way down.</summary>
internal sealed record MigrationScript(int Version, string Name, string Up, string Down)
{
    /// <summary>SHA-256 of the way up with normalised line ends: an applied script must never change.</summary>
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Up.ReplaceLineEndings("\n"))));

    /// <summary>Reads the scripts embedded as <c>{schema}/NNNN_what.up.sql</c> and <c>.down.sql</c>, in order, without gaps.</summary>
    public static IReadOnlyList<MigrationScript> Load(Assembly assembly, string schema)
    {
        const string upEnding = ".up.sql";
        var prefix = schema + "/";
        var scripts = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(upEnding, StringComparison.Ordinal))
            .Select(name => name[prefix.Length..^upEnding.Length])
            .Order(StringComparer.Ordinal)
            .Select(file => new MigrationScript(
                int.Parse(file.AsSpan(0, file.IndexOf('_', StringComparison.Ordinal)), CultureInfo.InvariantCulture),
                file[(file.IndexOf('_', StringComparison.Ordinal) + 1)..],
                Read(assembly, $"{prefix}{file}{upEnding}"),
                Read(assembly, $"{prefix}{file}.down.sql")))
            .ToArray();
        for (var i = 0; i < scripts.Length; i++)
            if (scripts[i].Version != i + 1)
                throw new MigrationException($"{schema}: expected step {i + 1:0000}, found {scripts[i].Version:0000}_{scripts[i].Name}.");
        return scripts;
    }

    private static string Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name) ?? throw new MigrationException($"{name} is missing: every step has a way up and a way down.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

public sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);
