using System.Text.Json;
using System.Text.RegularExpressions;
using FluentValidation;
using Hub.SharedKernel.Text;
using Hub.Sync.Jira;
using Hub.Sync.Tickets;

namespace Hub.Sync.Projects.Import;

/// <summary>A ticket in a file, in the form of the export.</summary>
internal sealed partial record ImportedTicket
{
    public string? ExternalId { get; init; }
    public string? Key { get; init; }
    public string? ProjectKey { get; init; }
    public string? IssueType { get; init; }
    public string? Summary { get; init; }
    public string? Description { get; init; }
    public string? Status { get; init; }
    public string? StatusCategory { get; init; }
    public string? Priority { get; init; }
    public string? Resolution { get; init; }
    public string? Assignee { get; init; }
    public string? AssigneeId { get; init; }
    public string? Reporter { get; init; }
    public IReadOnlyList<string>? Labels { get; init; }
    public DateOnly? DueDate { get; init; }
    public string? Url { get; init; }
    public string? ParentKey { get; init; }
    public JsonElement Fields { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public DateTimeOffset? UpdatedAt { get; init; }
    public DateTimeOffset? DeletedAt { get; init; }

    // What the export tells of its own hub means nothing here; and HTML is only safe that this hub made itself.
    public JsonElement Id { get; init; }
    public JsonElement IntegrationId { get; init; }
    public JsonElement Provider { get; init; }
    public JsonElement Version { get; init; }
    public JsonElement SyncedAt { get; init; }
    public JsonElement DescriptionHtml { get; init; }

    /// <param name="mappingHash">Names the mapping that the integration has now, which the file's <c>fields</c> are taken to follow.</param>
    public RemoteTicket ToTicket(byte[]? mappingHash) => new()
    {
        ExternalId = ExternalId!,
        Key = Key!,
        ProjectKey = ProjectKey ?? Key![..Key!.LastIndexOf('-')],
        IssueType = IssueType,
        Summary = Summary!,
        Description = Description,
        Status = Status,
        StatusCategory = StatusCategory,
        Priority = Priority,
        Resolution = Resolution,
        Assignee = Assignee,
        AssigneeId = AssigneeId,
        Reporter = Reporter,
        Labels = [.. (Labels ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        DueDate = DueDate,
        Url = Url,
        ParentKey = ParentKey,
        Fields = Fields.ValueKind is JsonValueKind.Object ? Fields : JsonElement.Parse("{}"),
        MappingHash = mappingHash,
        RemoteCreatedAt = CreatedAt,
        RemoteUpdatedAt = UpdatedAt!.Value,
        Source = default,
    };

    internal sealed partial class Rules : AbstractValidator<ImportedTicket>
    {
        private const int MostText = 1_000_000;
        private static readonly DateTimeOffset Epoch = DateTimeOffset.UnixEpoch;

        public Rules(TimeProvider time)
        {
            RuleFor(t => t.ExternalId).Must(JiraIssueReader.IsId).WithMessage("must be the issue's id at Jira: a text of digits");
            RuleFor(t => t.Key).Must(key => key is not null && Key().IsMatch(key)).WithMessage("must be the issue's key, such as ENG-12");
            RuleFor(t => t.Summary).NotNull().WithMessage("is required").Must(TicketText.IsText).WithMessage(TicketText.TextRule);
            RuleFor(t => t.Description).Must(text => text is null || (text.Length <= MostText && !text.Contains('\0')))
                .WithMessage($"must have at most {MostText} characters and no U+0000");
            RuleFor(t => t.UpdatedAt).NotNull().WithMessage("is required: the time of the issue's last change at Jira")
                .Must(at => at is null || (at >= Epoch && at <= time.GetUtcNow().AddMinutes(5))).WithMessage("must be a time between 1970 and now");
            RuleFor(t => t.CreatedAt).Must(at => at is null || at >= Epoch).WithMessage("must be a time after 1970, or null");
            RuleFor(t => t.Url).Must(IsWebAddress).WithMessage("must be an absolute http or https address, or null");
            RuleFor(t => t.Fields).Must(value => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object).WithMessage("must be an object")
                .Must(StorableText.Everywhere).WithMessage(StorableText.Rule);
            RuleForEach(t => t.Labels).Must(TicketText.IsLabel).WithMessage(TicketText.LabelRule);
            foreach (var text in (System.Linq.Expressions.Expression<Func<ImportedTicket, string?>>[])
                [t => t.ProjectKey, t => t.IssueType, t => t.Status, t => t.StatusCategory, t => t.Priority, t => t.Resolution, t => t.Assignee, t => t.AssigneeId,
                    t => t.Reporter, t => t.ParentKey])
                RuleFor(text).Must(TicketText.IsShort).WithMessage(TicketText.ShortRule);
        }

        [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_]{0,200}-[0-9]{1,18}\z")]
        private static partial Regex Key();

        private static bool IsWebAddress(string? url) => url is null
            || (url.Length <= 2048 && Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https");
    }
}
