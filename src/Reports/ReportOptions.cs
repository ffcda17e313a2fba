using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports;

/// <summary>How a report is made.</summary>
/// <param name="Bandwidth">Of p(θ) in the figures of whole models; null: the article's 0.001.</param>
/// <param name="MostTrialPages">Pages of single trials: the best and those drawn along the axes come first.</param>
/// <param name="By">What figures compare trials by: validation, training or a metric; null: the sweep's objective.</param>
public sealed record ReportOptions(Bandwidth? Bandwidth = null, int MostTrialPages = 24, string? By = null)
{
    public static ReportOptions Default { get; } = new();
}
