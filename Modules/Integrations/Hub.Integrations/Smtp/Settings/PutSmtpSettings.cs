using System.Text.Json;
using FluentValidation;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Smtp.Settings;

/// <summary>
/// Makes or replaces the SMTP integration of exactly this scope. What is not sent is not set, secrets included; a secret's placeholder keeps it.
/// </summary>
internal static class PutSmtpSettings
{
    private const string Name = "SMTP";

    public static void Map(IEndpointRouteBuilder group) => group
        .MapPut("", async Task<Results<Created<SmtpSettingsAnswer>, Ok<SmtpSettingsAnswer>>> (
            [FromQuery(Name = "scope_id")] long? scopeId, Body body, IfMatch ifMatch, IMediator mediator, CancellationToken ct) =>
        {
            var (answer, isNew) = await mediator.Send(new Request(scopeId ?? 0, body, ifMatch), ct);
            return isNew ? TypedResults.Created($"/api/v1/smtp-settings?scope_id={answer.ScopeId}", answer) : TypedResults.Ok(answer);
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .WithSummary("Set a scope's SMTP settings");

    /// <param name="Host">Name of the mail server.</param>
    /// <param name="FromAddress">Who sends.</param>
    /// <param name="Port">Default 587.</param>
    /// <param name="Security">starttls (default), tls or none.</param>
    /// <param name="AuthType">password (default), xoauth2 or none.</param>
    /// <param name="Username">User of the login; absent for a server without one.</param>
    /// <param name="Password">The placeholder keeps the stored one.</param>
    /// <param name="AuthMethod">auto (default), plain or login.</param>
    /// <param name="FromName">Shown beside the address.</param>
    /// <param name="ReplyTo">Where answers go, if not to the sender.</param>
    /// <param name="ClientId">Of the OAuth application, for xoauth2.</param>
    /// <param name="ClientSecret">Of the OAuth application; the placeholder keeps the stored one.</param>
    /// <param name="AuthorizeUrl">Where a person grants access.</param>
    /// <param name="TokenUrl">Where the grant becomes a token.</param>
    /// <param name="Scope">What the grant is asked for.</param>
    /// <param name="Enabled">Default true. Only with false may required fields be missing.</param>
    public sealed record Body(
        string? Host = null, string? FromAddress = null, int? Port = null, string? Security = null, string? AuthType = null, string? Username = null,
        string? Password = null, string? AuthMethod = null, string? FromName = null, string? ReplyTo = null, string? ClientId = null,
        string? ClientSecret = null, string? AuthorizeUrl = null, string? TokenUrl = null, string? Scope = null, bool? Enabled = null)
    {
        /// <summary>What was sent, by the type's field.</summary>
        internal Dictionary<string, JsonElement> Values() => new (string Field, object? Value)[]
        {
            ("host", Host), ("from_address", FromAddress), ("port", Port), ("security", Security), ("auth_type", AuthType), ("username", Username),
            ("password", Password), ("auth_method", AuthMethod), ("from_name", FromName), ("reply_to", ReplyTo), ("client_id", ClientId),
            ("client_secret", ClientSecret), ("authorize_url", AuthorizeUrl), ("token_url", TokenUrl), ("scope", Scope),
        }.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Field, pair => JsonSerializer.SerializeToElement(pair.Value), StringComparer.Ordinal);

        public override string ToString() => nameof(PutSmtpSettings);
    }

    public sealed record Request(long ScopeId, Body Body, IfMatch IfMatch) : IRequest<(SmtpSettingsAnswer Answer, bool IsNew)>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules() => RuleFor(r => r.ScopeId).GreaterThan(0).WithMessage("is required");
    }

    private sealed class Handler(SmtpSettings settings, IMediator mediator) : IRequestHandler<Request, (SmtpSettingsAnswer Answer, bool IsNew)>
    {
        public async Task<(SmtpSettingsAnswer Answer, bool IsNew)> Handle(Request request, CancellationToken cancellationToken)
        {
            var own = await settings.Own(request.ScopeId, cancellationToken);
            try
            {
                await (own is null ? Create(request, cancellationToken) : Replace(request, own, cancellationToken));
            }
            catch (InvalidException wrong)
            {
                throw new InvalidException(wrong.Errors.ToDictionary(error => Plain(error.Key), error => error.Value), wrong.Code);
            }

            var saved = await settings.Own(request.ScopeId, cancellationToken) ?? throw NotFoundException.Of("scope", request.ScopeId);
            return (await settings.Answer(saved, cancellationToken), own is null);
        }

        private Task<IntegrationAnswer> Create(Request request, CancellationToken ct)
        {
            request.IfMatch.Require(0);
            return mediator.Send(new CreateIntegration.Request(request.ScopeId, Name, SmtpSettings.Type, request.Body.Values(), request.Body.Enabled), ct);
        }

        private Task<IntegrationAnswer> Replace(Request request, IntegrationRow own, CancellationToken ct) => mediator.Send(new ReplaceIntegration.Request(
            own.Id, new ReplaceIntegration.Body(own.Name, request.Body.Values(), request.Body.Enabled, own.Priority, own.SecretSource), request.IfMatch), ct);

        private static string Plain(string path) => path.StartsWith("configuration.", StringComparison.Ordinal) ? path["configuration.".Length..] : path;
    }
}
