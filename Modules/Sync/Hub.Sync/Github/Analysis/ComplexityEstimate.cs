namespace Hub.Sync.Github.Analysis;

/// <summary>
/// An estimate of how much there is to understand, from sizes alone, because no content is kept: 40 bytes are taken for a line (the usual mean of source
/// text), and the score grows with the lines, the number of files, how deep they lie, how many languages share the work and how much of it sits in large files.
/// </summary>
/// <param name="Level">low below 25, moderate below 50, high below 75, else very_high.</param>
/// <param name="Score">0-100; the mean of the factors, each 0-100.</param>
/// <param name="EstimatedLines">Source lines, tests included.</param>
/// <param name="Factors">What it was made of.</param>
internal sealed record ComplexityEstimate(string Level, int Score, long EstimatedLines, ComplexityFactors Factors)
{
    private const int BytesPerLine = 40;
    private const long LargeFile = 1000 * BytesPerLine;

    public static ComplexityEstimate Of(IEnumerable<TreeFile> files, IReadOnlyDictionary<string, long> languages)
    {
        var source = files.Where(FileKinds.IsSource).ToArray();
        var bytes = source.Sum(file => file.Size);
        var factors = new ComplexityFactors(
            Size: Log(bytes / BytesPerLine, 1_000, 1_000_000),
            Files: Log(source.Length, 20, 20_000),
            Depth: Linear(source.Length == 0 ? 0 : source.Average(file => file.Depth), 1, 8),
            Languages: Linear(MainLanguages(languages), 1, 6),
            LargeFiles: Linear(bytes == 0 ? 0 : source.Where(file => file.Size > LargeFile).Sum(file => file.Size) / (double)bytes, 0, 0.5));
        var score = (int)Math.Round((factors.Size + factors.Files + factors.Depth + factors.Languages + factors.LargeFiles) / 5.0);
        return new ComplexityEstimate(score switch { < 25 => "low", < 50 => "moderate", < 75 => "high", _ => "very_high" }, score, bytes / BytesPerLine, factors);
    }

    // Languages with at least a twentieth of the bytes.
    private static int MainLanguages(IReadOnlyDictionary<string, long> languages)
    {
        var all = languages.Values.Sum();
        return languages.Values.Count(bytes => bytes * 20 >= all && bytes > 0);
    }

    private static int Log(double value, double none, double full) =>
        value <= none ? 0 : (int)Math.Round(100 * Math.Min(1, Math.Log(value / none) / Math.Log(full / none)));

    private static int Linear(double value, double none, double full) => (int)Math.Round(100 * Math.Clamp((value - none) / (full - none), 0, 1));
}

/// <summary>Each 0-100.</summary>
/// <param name="Size">1,000 estimated lines are 0, a million are 100, by logarithm.</param>
/// <param name="Files">20 source files are 0, 20,000 are 100, by logarithm.</param>
/// <param name="Depth">Mean depth of source files: 1 folder is 0, 8 are 100.</param>
/// <param name="Languages">Languages with at least 5 % of the bytes: one is 0, six are 100.</param>
/// <param name="LargeFiles">Share of the bytes in files of over 1,000 estimated lines: none is 0, half is 100.</param>
internal sealed record ComplexityFactors(int Size, int Files, int Depth, int Languages, int LargeFiles);
