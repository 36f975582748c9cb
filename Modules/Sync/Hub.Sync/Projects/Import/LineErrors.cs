using System.Text.Json;
using FluentValidation;
using Hub.SharedKernel.Problems;
using Hub.SharedKernel.Requests;

namespace Hub.Sync.Projects.Import;

/// <summary>What is wrong in a file, by line and member, up to a number of members.</summary>
internal sealed class LineErrors(int most)
{
    private readonly Dictionary<string, string[]> errors = new(StringComparer.Ordinal);
    private readonly HashSet<string> codes = new(StringComparer.Ordinal);

    /// <returns>False when enough was found.</returns>
    public bool Find<T>(int number, Func<T> read, IValidator<T> rules)
    {
        try
        {
            foreach (var broken in rules.Validate(read()).Errors.GroupBy(error => JsonPath.Of(error.PropertyName)))
                Add(number, broken.Key, [.. broken.Select(error => error.ErrorMessage)], "invalid_input");
        }
        catch (JsonException fault)
        {
            var problem = JsonProblem.Of(fault);
            foreach (var (path, messages) in problem.Errors!)
                Add(number, path, messages, problem.Code);
        }

        return errors.Count < most;
    }

    /// <exception cref="InvalidException">Something was found.</exception>
    public void Throw()
    {
        if (errors.Count > 0)
            throw new InvalidException(errors, codes is { Count: 1 } ? codes.Single() : "invalid_input");
    }

    private void Add(int number, string path, string[] messages, string code)
    {
        errors[path is "$" ? $"lines[{number}]" : $"lines[{number}].{path}"] = messages;
        codes.Add(code);
    }
}
