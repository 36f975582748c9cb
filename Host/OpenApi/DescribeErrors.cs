using System.Reflection;
using Hub.SharedKernel.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Hub.Host.OpenApi;

/// <summary>Every operation lists the problems it can answer with, and the headers the pipeline honours.</summary>
internal sealed class DescribeErrors : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var isPublic = metadata.OfType<IAllowAnonymous>().Any();
        var method = context.Description.HttpMethod ?? "GET";
        var path = context.Description.RelativePath ?? "";
        Add(operation, context, "400", "Invalid input: see errors.");
        if (!isPublic)
        {
            Add(operation, context, "401", "No or bad credentials.");
            Add(operation, context, "403", "The role does not allow it.");
        }

        if (path.Contains('{', StringComparison.Ordinal))
            Add(operation, context, "404", "Not there, or outside your scope.");
        if (method is not "GET")
            Add(operation, context, "409", "Conflict with the current state.");
        Add(operation, context, "503", "The database is away; see Retry-After.");

        operation.Parameters ??= [];
        if (method is "POST" && !isPublic)
            operation.Parameters.Add(Header("Idempotency-Key", "Makes the request repeat-safe for 24 hours."));
        // Parameters that bind themselves are not described by the framework; the handler's own signature tells.
        if (metadata.OfType<MethodInfo>().SelectMany(handler => handler.GetParameters()).Any(parameter => parameter.ParameterType == typeof(IfMatch)))
        {
            operation.Parameters.Add(Header("If-Match", "The ETag you read; 412 when the resource has moved on."));
            Add(operation, context, "412", "The resource has another version than If-Match names.");
        }

        return Task.CompletedTask;
    }

    private static void Add(OpenApiOperation operation, OpenApiOperationTransformerContext context, string status, string description)
    {
        operation.Responses ??= [];
        operation.Responses[status] = new OpenApiResponse
        {
            Description = description,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [ProblemSchema.MediaType] = new() { Schema = new OpenApiSchemaReference("Problem", context.Document) },
            },
        };
    }

    private static OpenApiParameter Header(string name, string description) =>
        new() { Name = name, In = ParameterLocation.Header, Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
}
