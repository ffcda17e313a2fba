using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Figures;

/// <summary>What the store knows of one trial, as far as figures need it.</summary>
internal sealed record TrialResult(TrialRow Trial, Losses Losses, Fit Fit, ParameterStatistics? Parameters, ParameterHistory? History = null)
{
    /// <summary>Empty where the data are a curve: the fit says it all.</summary>
    public Outputs Outputs { get; init; } = Outputs.None;

    /// <summary>What its program reported besides losses.</summary>
    public IReadOnlyDictionary<string, Series> Metrics { get; init; } = new Dictionary<string, Series>();
}

/// <summary>The distribution of θ over epochs, and of each layer before and after training.</summary>
/// <param name="Layers">Empty where the layers' shapes are not known.</param>
internal sealed record ParameterHistory(IReadOnlyList<EpochDensity> Epochs, IReadOnlyList<LayerDensity> Layers)
{
    /// <summary>Of the last snapshot; empty where the layers' shapes are not known.</summary>
    public IReadOnlyList<LayerNumbers> Numbers { get; init; } = [];

    // A layer's axis ends where all but one parameter in 200 on either side are within.
    private const double Within = 0.995;

    /// <param name="snapshots">In order of epoch, the first before training.</param>
    public static ParameterHistory Of(IReadOnlyList<Snapshot> snapshots, IReadOnlyList<LayerShape> layers, Bandwidth bandwidth, (double P, double Q)? penalty = null) => new(
        [.. snapshots.Select(snapshot => new EpochDensity(snapshot.Epoch, KernelDensity.Estimate(snapshot.Parameters, bandwidth.For(snapshot.Parameters))))],
        [.. layers.Select(layer => Of(layer, snapshots[0].Parameters, snapshots[^1].Parameters))])
    {
        Numbers = [.. layers.Where(layer => layer.Outputs > 0).Select(layer => LayerNumbers.Of(layer, snapshots[^1].Parameters, penalty))],
    };

    // Layers differ in size and in width of their initial interval by a hundredfold, so each gets its own grid, and Silverman's bandwidth
    // of its initial parameters.
    private static LayerDensity Of(LayerShape layer, float[] initial, float[] trained)
    {
        var before = initial[layer.Offset..(layer.Offset + layer.Length)];
        var after = trained[layer.Offset..(layer.Offset + layer.Length)];
        var sizes = before.Concat(after).Where(float.IsFinite).Select(theta => (double)Math.Abs(theta)).Order().ToArray();
        var reach = Sample.Quantile(sizes, Within);
        reach = reach > 1e-6 ? reach * 1.15 : 1;
        var grid = new DensityGrid(-reach, reach);
        var width = Bandwidth.Silverman.For(before);
        return new LayerDensity(layer.Name, layer.Length, KernelDensity.Estimate(before, width, grid), KernelDensity.Estimate(after, width, grid));
    }
}

internal sealed record EpochDensity(int Epoch, Density Density);

/// <param name="Count">Weights and biases of the layer.</param>
internal sealed record LayerDensity(string Name, int Count, Density Initial, Density Trained);

/// <summary>The distribution of θ before and after training.</summary>
/// <param name="Entropy">H of the trained density, in nats.</param>
/// <param name="Divergence">D_KL(initial ‖ trained) in nats; infinite where the trained density is exactly zero and the initial is not.</param>
internal sealed record ParameterStatistics(
    int Count, Density Initial, Density Trained, double InitialEntropy, double Entropy, double Divergence)
{
    /// <summary>Share of θ that is exactly zero.</summary>
    public double Zeros { get; init; }

    /// <summary>Share below 10⁻³ in size, the zeros among them.</summary>
    public double Small { get; init; }

    /// <param name="known">Statistics of a trial with perhaps the same beginning: trials of one replicate share it.</param>
    public static ParameterStatistics? Of(Snapshots? snapshots, Bandwidth? bandwidth = null, (float[] Theta, Density Density)? known = null)
    {
        if (snapshots is null || snapshots.InitialEpoch != 0)
            return null;
        bandwidth ??= Bandwidth.Article;
        var initial = known is { } other && other.Theta.AsSpan().SequenceEqual(snapshots.Initial)
            ? other.Density
            : KernelDensity.Estimate(snapshots.Initial, bandwidth.For(snapshots.Initial));
        var trained = KernelDensity.Estimate(snapshots.Trained, bandwidth.For(snapshots.Trained));
        return new ParameterStatistics(
            snapshots.Trained.Length, initial, trained,
            Information.Entropy(initial.P), Information.Entropy(trained.P), Information.Divergence(initial.P, trained.P))
        {
            Zeros = LayerNumbers.ShareOfZeros(snapshots.Trained),
            Small = LayerNumbers.ShareBelow(snapshots.Trained),
        };
    }
}

/// <summary>One value of an axis and the trial that stands for it.</summary>
/// <param name="Replicates">What is shown, over the epochs of all finished replicates of its configuration; empty where they were not asked for.</param>
internal sealed record Member(AxisValue Value, TrialResult Result, IReadOnlyList<Series> Replicates)
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
