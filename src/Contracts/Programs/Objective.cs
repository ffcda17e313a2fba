namespace SweepCluster.Contracts;

/// <summary>What a sweep's trials are compared by.</summary>
/// <param name="Metric"><c>validation</c> or <c>training</c> for the losses; else a metric that the trial's program reports.</param>
public sealed record Objective(string Metric, bool Maximize)
{
    public static Objective Default { get; } = new("validation", false);

    /// <summary>How a trial's number is found in the view <c>trials</c>; its text is safe in SQL, for a metric's name has only letters, digits and _ . / -.</summary>
    public string SqlColumn => IsLoss ? $"{Metric}_loss" : $"(metrics->>'{Metric}')::double precision";

    /// <summary>As a column's or an axis' title names it.</summary>
    public string Title => Metric is "validation" or "training" or "test" ? $"{Metric} loss" : Metric;

    /// <summary>A loss that every trial has; else only programs report it.</summary>
    public bool IsLoss => Metric is "validation" or "training";

    public bool IsDefault => this == Default;

    /// <summary>The one of three numbers that it is.</summary>
    /// <param name="metric">What was reported under its name.</param>
    public double? Among(double? training, double? validation, double? metric) => Metric switch { "validation" => validation, "training" => training, _ => metric };

    /// <summary>The number turned so that less is better, and back again.</summary>
    public double Turn(double number) => Maximize ? -number : number;
}
