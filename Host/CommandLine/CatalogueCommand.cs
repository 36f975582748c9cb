using System.CommandLine;
using Hub.Schemas;

namespace Hub.Host.CommandLine;

/// <summary><c>hub catalogue validate FILE</c>: every mistake of a schema document with its JSON path; needs no database.</summary>
internal static class CatalogueCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "A schema document (JSON)." };
        var validate = new Command("validate", "Explain every mistake of a schema document.") { file };
        validate.SetAction((parsed, ct) => Validate(parsed.GetRequiredValue(file), ct));
        return new Command("catalogue", "Work with integration types.") { validate };
    }

    private static async Task<int> Validate(FileInfo file, CancellationToken ct)
    {
        if (!file.Exists)
            throw new StartupException($"There is no file {file.FullName}.");
        var errors = SchemasModule.Validate(await Head(file, ct));
        foreach (var (path, messages) in errors)
            foreach (var message in messages)
                Console.WriteLine($"{path}: {message}");
        Console.WriteLine(errors.Count == 0 ? $"{file.Name} is valid." : errors.Count == 1 ? "1 place to mend." : $"{errors.Count} places to mend.");
        return errors.Count == 0 ? 0 : 1;
    }

    // No more than tells that a file is too large for a document.
    private static async Task<byte[]> Head(FileInfo file, CancellationToken ct)
    {
        await using var stream = file.OpenRead();
        var head = new byte[1024 * 1024];
        return head[..await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct)];
    }
}
