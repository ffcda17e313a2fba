using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports;

/// <summary>How a report is made.</summary>
/// <param name="Bandwidth">Of p(θ) in the figures of whole models; null: the article's 0.001.</param>
/// <param name="MostTrialPages">Pages of single trials: the best and those drawn along the axes come first.</param>
public sealed record ReportOptions(Bandwidth? Bandwidth = null, int MostTrialPages = 24)
{
    public static ReportOptions Default { get; } = new();
}
