namespace SweepCluster.Contracts;

/// <summary>What a sweep's trials are compared by.</summary>
/// <param name="Metric"><c>validation</c>, <c>training</c> or <c>test</c> for the losses; else a metric that the trial's program reports.</param>
public sealed record Objective(string Metric, bool Maximize)
{
    public static Objective Default { get; } = new("validation", false);

    /// <summary>How a trial's number is found in the view <c>trials</c>; its text is safe in SQL, for a metric's name has only letters, digits and _ . / -.</summary>
    public string SqlColumn => Metric is "validation" or "training" ? $"{Metric}_loss" : Metric == "test" ? "coalesce(test_loss, (metrics->>'test')::double precision)" : $"(metrics->>'{Metric}')::double precision";

    /// <summary>As a column's or an axis' title names it.</summary>
    public string Title => Metric is "validation" or "training" or "test" ? $"{Metric} loss" : Metric;

    public bool IsDefault => this == Default;
}
