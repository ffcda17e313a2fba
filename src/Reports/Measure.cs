using SweepCluster.Contracts;
using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports;

/// <summary>A number that trials are compared by in figures: a loss, or what programs report. Losses are drawn as log10, all else in its own units.</summary>
/// <param name="Name">As the sweep file's <c>objective.metric</c> has it.</param>
/// <param name="Maximizes">More of it is better; null of a metric that is not the sweep's objective, for nobody has said.</param>
internal sealed record Measure(string Name, bool? Maximizes)
{
    private const int Longest = 40;

    public static Measure Validation { get; } = new("validation", false);

    public static Measure Training { get; } = new("training", false);

    public bool IsLoss => Name is "validation" or "training";

    public bool IsDefault => this == Validation;

    /// <summary>“validation loss”, “accuracy”. Names come from the store, where anything may stand: what is drawn stays short.</summary>
    public string Title => Svg.TextWidth.Fit(new Objective(Name, Maximizes == true).Title.Replace('_', ' '), 1, Longest);

    public string Capital => Title.Length == 0 ? "" : char.ToUpperInvariant(Title[0]) + Title[1..];

    public Label Axis => IsLoss ? (Label)"log" + Label.Subscript("10") + $" {Title}" : Title;

    /// <summary>“log10 validation loss”, “accuracy”: what differences and shares are of.</summary>
    public string Scale => IsLoss ? $"log10 {Title}" : Title;

    /// <summary>Where a value stands on the axis; NaN where it cannot.</summary>
    public double At(double value) => !IsLoss ? double.IsFinite(value) ? value : double.NaN : value > 0 ? Elementary.Log10(value) : double.NaN;

    /// <summary>The value that stands there.</summary>
    public double Back(double at) => IsLoss ? Elementary.Exp10(at) : at;

    /// <summary>The value turned so that less is better, or as it is where nobody has said.</summary>
    public double Turn(double value) => Maximizes == true ? -value : value;

    /// <summary>What a trial came to over its epochs; null where it has none of it.</summary>
    public Series? Of(TrialResult result) => Name switch
    {
        "validation" => Of(result.Losses.Epoch, result.Losses.Validation),
        "training" => Of(result.Losses.Epoch, result.Losses.Training),
        _ => result.Metrics.GetValueOrDefault(Name),
    };

    private static Series? Of(int[] epoch, double[] values) => epoch.Length == 0 ? null : new Series(LossFigures.Doubles(epoch), values);
}

/// <summary>What a sweep's trials can be compared by.</summary>
/// <param name="Objective">What the best is the best by.</param>
/// <param name="Shown">What figures draw.</param>
/// <param name="Metrics">Names of what programs reported besides losses, in order.</param>
internal sealed record Measures(Measure Objective, Measure Shown, IReadOnlyList<string> Metrics)
{
    public static Measures Default { get; } = new(Measure.Validation, Measure.Validation, []);

    /// <summary>All that can be shown, the objective first.</summary>
    public IEnumerable<Measure> All => ((Measure[])[Objective, Measure.Validation, Measure.Training]).Concat(Metrics.Select(name => new Measure(name, null))).DistinctBy(measure => measure.Name);

    /// <summary>The metrics, the objective first: what tables have room for.</summary>
    public IEnumerable<string> Columns(int most) => Metrics.OrderBy(name => name != Objective.Name).ThenBy(name => name, StringComparer.Ordinal).Take(most);

    /// <param name="by">Null: the objective.</param>
    /// <exception cref="UnknownMeasureException">No trial has a number of that name.</exception>
    public Measures Show(string? by) => by is null ? this with { Shown = Objective }
        : All.FirstOrDefault(measure => measure.Name == by) is { } found ? this with { Shown = found } : throw new UnknownMeasureException(by, [.. All.Select(measure => measure.Name)]);
}

/// <summary>Somebody asked for a number that the sweep's trials do not have.</summary>
internal sealed class UnknownMeasureException(string found, IReadOnlyList<string> known)
    : Exception($"by: expected {string.Join(", ", known.Take(20))}{(known.Count > 20 ? ", …" : "")}, found '{(found.Length > 60 ? found[..60] + "…" : found)}'");
