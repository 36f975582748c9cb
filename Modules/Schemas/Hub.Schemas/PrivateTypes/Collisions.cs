using Hub.Schemas.Browse;
using Hub.Schemas.Contracts;
using Hub.Schemas.Documents;
using Hub.SharedKernel.Problems;

namespace Hub.Schemas.PrivateTypes;

/// <summary>What a private type must not share with any other type: a name it answers to, and a platform that is for something else.</summary>
internal static class Collisions
{
    public static void Refuse(SchemaDocument document, IReadOnlyCollection<IntegrationSchema> others)
    {
        foreach (var name in (document.Aliases ?? []).Prepend(document.Id))
            if (others.FirstOrDefault(other => other.Id == name || other.Aliases.Contains(name)) is { } owner)
                throw owner.Source == BuiltInTypes.Source
                    ? new ConflictException("builtin_schema", $"'{name}' names the built-in type {owner.Id}, which cannot be replaced.")
                    : new ConflictException("name_taken", $"'{name}' already names the type {owner.Id}.");
        var sibling = others.FirstOrDefault(other => other.PlatformName == document.PlatformName && other.Problem is null);
        if (sibling is not null && sibling.IntegrationCategory != document.IntegrationCategory)
            throw new InvalidException(
                "integration_category", $"the platform {document.PlatformName} is {sibling.IntegrationCategory} already, by the type {sibling.Id}");
    }
}
