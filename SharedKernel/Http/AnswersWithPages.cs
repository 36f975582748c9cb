namespace Hub.SharedKernel.Http;

/// <summary>Marks an endpoint that people reach with a browser: it speaks in pages, not in problem documents.</summary>
public sealed class AnswersWithPages
{
    public static readonly AnswersWithPages Instance = new();
}
