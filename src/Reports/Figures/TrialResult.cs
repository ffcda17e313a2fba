using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Figures;

/// <summary>What the store knows of one trial, as far as figures need it.</summary>
internal sealed record TrialResult(TrialRow Trial, Losses Losses, Fit Fit, ParameterStatistics? Parameters);

/// <summary>The distribution of θ before and after training.</summary>
/// <param name="Entropy">H of the trained density, in nats.</param>
/// <param name="Divergence">D_KL(initial ‖ trained) in nats; infinite where the trained density is exactly zero and the initial is not.</param>
internal sealed record ParameterStatistics(
    int Count, Density Initial, Density Trained, double InitialEntropy, double Entropy, double Divergence)
{
    public static ParameterStatistics? Of(Snapshots? snapshots)
    {
        if (snapshots is null || snapshots.InitialEpoch != 0)
            return null;
        var initial = KernelDensity.Estimate(snapshots.Initial);
        var trained = KernelDensity.Estimate(snapshots.Trained);
        return new ParameterStatistics(
            snapshots.Trained.Length, initial, trained,
            Information.Entropy(initial.P), Information.Entropy(trained.P), Information.Divergence(initial.P, trained.P));
    }
}

/// <summary>One value of an axis and the trial that stands for it.</summary>
internal sealed record Member(AxisValue Value, TrialResult Result)
{
    public Ink Ink => Ink.Series(Value.Place);
}

/// <summary>
/// The trials along one axis through the best configuration: what a one-dimensional figure of any grid can honestly show.
/// </summary>
/// <param name="Held">What is fixed and which replicate is drawn; empty when nothing was left out.</param>
internal sealed record Slice(GridAxis Axis, IReadOnlyList<Member> Members, string Held, IReadOnlyList<string> Missing)
{
    public static Slice Of(GridAxis axis, IReadOnlyList<Member> members, string held)
    {
        var missing = new List<string>();
        foreach (var member in members.Where(member => !member.Result.Trial.IsFinished))
        {
            var trial = member.Result.Trial;
            var reason = trial.Error is { Length: > 0 } error ? ": " + Svg.TextWidth.Fit(error, 1, 120) : "";
            missing.Add($"{axis.Equation(member.Value)} is not finished ({trial.State}{reason}).");
        }

        return new Slice(axis, members, held, missing);
    }

    public IEnumerable<Member> WithLosses => Members.Where(member => member.Result.Losses.Epoch.Length > 0);

    public IEnumerable<Member> WithFit => Members.Where(member => member.Result.Fit.X.Length > 0);

    public IEnumerable<Member> WithParameters => Members.Where(member => member.Result.Parameters is { Trained.IsEmpty: false });
}
