using System.Text.Json;
using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Rows;

namespace SweepCluster.Reports;

/// <summary>The irreducible error of a sweep's data.</summary>
/// <param name="IsExact">As the generator of the data says; else estimated from the targets.</param>
internal readonly record struct IrreducibleError(double Value, bool IsExact)
{
    /// <summary>“exact” or “estimated from the targets”.</summary>
    public string Source => IsExact ? "known exactly" : "estimated from the targets";
}

/// <summary>What a report says about one sweep, read at one moment.</summary>
/// <param name="Table">Every trial, in columns.</param>
/// <param name="Trials">Every trial in full in sweeps up to <see cref="ListedUpTo"/> trials, else the best and those drawn.</param>
/// <param name="BestResult">The trial that stands for the best configuration (the first where none finished), with its curves.</param>
/// <param name="Parameters">By trial; every finished one of the small sweeps, else those in figures.</param>
internal sealed record SweepResults(
    SweepRow Sweep,
    SweepTable Table,
    IReadOnlyList<TrialRow> Trials,
    Best? Best,
    TrialResult? BestResult,
    IReadOnlyList<Slice> Slices,
    IReadOnlyDictionary<long, ParameterStatistics> Parameters,
    IrreducibleError? Noise)
{
    public const int ListedUpTo = 500;

    public Grid Grid => Table.Grid;

    /// <summary>Null where it was not asked for, or nothing can be said.</summary>
    public SweepDiagnosis? Diagnosis { get; init; }

    /// <summary>A sentence for each column in which training and validation part differ.</summary>
    public IReadOnlyList<string> Mismatch { get; init; } = [];

    public DataShape Shape => field ??= DataShape.Of(Sweep.Specification);

    public int TrialCount => Table.Columns.Count;

    /// <summary>The irreducible error, where all trials have the same; a grid over the data gives each its own.</summary>
    public double? CommonNoise =>
        Table.Columns.Irreducible.Where(double.IsFinite).Distinct().Take(2).Count() > 1 ? null : Noise?.Value;

    /// <summary>Dropout stays on in evaluation, as in the notebook.</summary>
    public bool DropoutStaysOn
    {
        get
        {
            var evaluation = Specified("regularization", "dropout", "evaluation");
            return evaluation.ValueKind == JsonValueKind.True || (evaluation.ValueKind == JsonValueKind.String && evaluation.GetString() == "on");
        }
    }

    /// <summary>A program of the user's trains its trials.</summary>
    public bool HasProgram => Specified("trainer", "command").ValueKind == JsonValueKind.Array;

    /// <summary>Some trial drops units.</summary>
    public bool Dropout =>
        Grid.Axes.Any(axis => axis.Key is "regularization.dropout.p" or "regularization.dropout.keep_prob")
        || Specified("regularization", "dropout", "keep_prob") is { ValueKind: JsonValueKind.Number or JsonValueKind.Array }
        || Specified("regularization", "dropout", "p").ValueKind == JsonValueKind.Array
        || (Specified("regularization", "dropout", "p") is { ValueKind: JsonValueKind.Number } p && p.GetDouble() > 0);

    /// <summary>As the sweep file names it; null where the grid has several.</summary>
    public string? Loss => Specified("training", "loss") is { ValueKind: JsonValueKind.String } loss && !Grid.Keys.Contains("training.loss") ? loss.GetString() : null;

    /// <summary>A value of the sweep's specification; undefined where it has none there.</summary>
    public JsonElement Specified(params ReadOnlySpan<string> path)
    {
        var element = Sweep.Specification;
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return default;
        }

        return element;
    }

    /// <summary>“best configuration, λ = 1e-5, replicate 1 of 3”; empty when there is only one configuration and one replicate.</summary>
    public string WhoIsBest()
    {
        if (BestResult is null || (Grid.Axes.Count == 0 && TrialCount == 1))
            return "";
        var trial = BestResult.Trial;
        var parts = new List<string> { Best is null ? "First configuration" : "Best configuration" };
        parts.AddRange(Grid.Axes.Select(axis => axis.Equation(axis[trial])));
        var replicates = Table.Columns.Replicates;
        if (replicates > 1)
            parts.Add($"replicate {trial.Replicate} of {replicates}");
        return string.Join(", ", parts);
    }
}
