namespace SweepCluster.Client.Progress;

/// <summary>A curve in one line of text, one column per point, eight heights, on a logarithmic scale as losses are drawn in figures.</summary>
internal static class Sparkline
{
    private const string Heights = "▁▂▃▄▅▆▇█";
    private const char Gone = '×';

    /// <returns>At most <paramref name="width"/> columns; × where a loss is no finite number.</returns>
    public static string Of(IReadOnlyList<double> losses, int width)
    {
        var columns = Math.Min(losses.Count, Math.Max(0, width));
        // The last point of each column's share: the newest one is always seen.
        var shown = Enumerable.Range(1, columns).Select(i => losses[(int)((long)i * losses.Count / columns) - 1]).ToList();
        var logs = shown.Where(double.IsFinite).Select(Log).ToList();
        if (logs.Count == 0)
            return new string(Gone, columns);
        var (low, high) = (logs.Min(), logs.Max());
        return string.Concat(shown.Select(loss => double.IsFinite(loss) ? Heights[Height(Log(loss), low, high)] : Gone));
    }

    private static int Height(double log, double low, double high) =>
        high - low < 1e-9 ? 0 : (int)Math.Round((Heights.Length - 1) * (log - low) / (high - low));

    private static double Log(double loss) => Math.Log10(Math.Max(loss, 1e-300));
}
