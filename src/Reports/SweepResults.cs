using System.Text.Json;
using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports;

/// <summary>Everything a report says about one sweep, read at one moment.</summary>
/// <param name="Parameters">By trial; every finished one in sweeps up to <see cref="EntropiesUpTo"/> trials, else those in figures.</param>
/// <param name="BestResult">The trial that stands for the best configuration, with its curves.</param>
/// <param name="Noise">Irreducible error, estimated from the targets.</param>
internal sealed record SweepResults(
    SweepRow Sweep,
    Grid Grid,
    IReadOnlyList<TrialRow> Trials,
    Best? Best,
    TrialResult? BestResult,
    IReadOnlyList<Slice> Slices,
    IReadOnlyDictionary<long, ParameterStatistics> Parameters,
    double? Noise)
{
    public const int EntropiesUpTo = 500;

    /// <summary>Dropout stays on in evaluation, as in the notebook.</summary>
    public bool DropoutStaysOn
    {
        get
        {
            var evaluation = Specified("regularization", "dropout", "evaluation");
            return evaluation.ValueKind == JsonValueKind.True || (evaluation.ValueKind == JsonValueKind.String && evaluation.GetString() == "on");
        }
    }

    public static async Task<SweepResults> ReadAsync(SweepReader reader, SweepRow sweep, CancellationToken ct)
    {
        var trials = await reader.TrialsAsync(sweep.Id, ct);
        var grid = Grid.Of(trials);
        var best = Selection.Best(grid, trials);
        var centre = best?.Trial ?? trials.FirstOrDefault();
        var parameters = new Dictionary<long, ParameterStatistics>();
        var known = new Dictionary<long, TrialResult>();
        var slices = new List<Slice>();
        var bestResult = centre is null ? null : await ResultAsync(centre);
        foreach (var axis in grid.Axes)
        {
            var drawn = Selection.Along(grid, axis, centre!, trials);
            var members = new List<Member>();
            foreach (var trial in drawn)
                members.Add(new Member(axis[trial], await ResultAsync(trial)));
            slices.Add(Slice.Of(axis, members, Selection.Held(grid, axis, centre!, trials, drawn.Count)));
        }

        if (trials.Count <= EntropiesUpTo)
        {
            foreach (var trial in trials.Where(trial => trial.IsFinished && !parameters.ContainsKey(trial.Id)))
                await ParametersAsync(trial);
        }

        return new SweepResults(sweep, grid, trials, best, bestResult, slices, parameters, NoiseFloor.Variance(bestResult?.Fit.Target ?? []));

        async Task<TrialResult> ResultAsync(TrialRow trial)
        {
            if (!known.TryGetValue(trial.Id, out var result))
            {
                result = new TrialResult(
                    trial, await reader.LossesAsync(trial.Id, ct), await reader.FitAsync(trial.Id, ct),
                    trial.IsFinished ? await ParametersAsync(trial) : null);
                known.Add(trial.Id, result);
            }

            return result;
        }

        async Task<ParameterStatistics?> ParametersAsync(TrialRow trial)
        {
            var statistics = ParameterStatistics.Of(await reader.SnapshotsAsync(trial.Id, ct));
            if (statistics is not null)
                parameters[trial.Id] = statistics;
            return statistics;
        }
    }

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
        if (BestResult is null || (Grid.Axes.Count == 0 && Trials.Count == 1))
            return "";
        var trial = BestResult.Trial;
        var parts = new List<string> { Best is null ? "First configuration" : "Best configuration" };
        parts.AddRange(Grid.Axes.Select(axis => axis.Equation(axis[trial])));
        var replicates = Trials.Select(t => t.Replicate).Distinct().Count();
        if (replicates > 1)
            parts.Add($"replicate {trial.Replicate} of {replicates}");
        return string.Join(", ", parts);
    }
}
