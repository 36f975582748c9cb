using FluentValidation;
using Hub.SharedKernel.Problems;
using MediatR;

namespace Hub.SharedKernel.Requests;

/// <summary>Runs every validator of a request and refuses it with all errors at once, keyed by the JSON path the client wrote.</summary>
internal sealed class ValidationBehavior<TRequest, TResponse>(IEnumerable<IValidator<TRequest>> validators) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        Dictionary<string, string[]>? errors = null;
        foreach (var validator in validators)
        {
            var result = await validator.ValidateAsync(request, cancellationToken);
            foreach (var failures in result.Errors.GroupBy(failure => JsonPath.Of(failure.PropertyName)))
            {
                errors ??= new(StringComparer.Ordinal);
                errors[failures.Key] = [.. failures.Select(failure => failure.ErrorMessage)];
            }
        }

        return errors is null ? await next() : throw new InvalidException(errors);
    }
}
