namespace Hub.Sync.Github.Analysis;

/// <summary>How much of the code is tests, by files and by bytes. Says nothing of what the tests cover.</summary>
/// <param name="SourceFiles">Source files that are no tests.</param>
/// <param name="TestFiles">Source files that are tests.</param>
/// <param name="SourceBytes">Their sizes.</param>
/// <param name="TestBytes">Their sizes.</param>
internal sealed record TestShare(int SourceFiles, int TestFiles, long SourceBytes, long TestBytes)
{
    /// <summary>0-1 of all source files; null without any.</summary>
    public double? FileShare => Ratio(TestFiles, TestFiles + SourceFiles);

    /// <summary>0-1 of all source bytes; null without any.</summary>
    public double? ByteShare => Ratio(TestBytes, TestBytes + SourceBytes);

    public static TestShare Of(IEnumerable<TreeFile> files)
    {
        var source = files.Where(FileKinds.IsSource).ToLookup(FileKinds.IsTest);
        return new TestShare(source[false].Count(), source[true].Count(), source[false].Sum(file => file.Size), source[true].Sum(file => file.Size));
    }

    private static double? Ratio(double part, double whole) => whole == 0 ? null : Math.Round(part / whole, 4);
}
