namespace SweepCluster.Training.Diagnostics;

/// <summary>One trial to be timed, on the article's 10,000 points.</summary>
/// <param name="Name">What is trained.</param>
/// <param name="Path">"default" or "plain".</param>
public sealed record KernelCase(string Name, string Path, TrainingPlan Plan)
{
    /// <summary>Every case of the kernel benchmark, in the order of its table.</summary>
    public static IReadOnlyList<KernelCase> All { get; } =
    [
        .. Both("notebook", Plan64(RegularizationPlan.None)),
        .. Both("dropout 0.2", Plan64(RegularizationPlan.None with { Dropout = 0.2 })),
        .. Both("l2 1e-2", Plan64(RegularizationPlan.None with { L2 = 1e-2f })),
        .. ((int[])[32, 48, 96, 128, 256, 512]).Select(width => OfPath($"width {width}", TrainingPath.Plain, OfWidth(width))),
    ];

    public static DataSet Data { get; } = Oscillation.Create(
        new OscillationPlan(10_000, 1.2, 0.8, 0.02, 0.1, Scaling.MinMax, new SplitRatio(0.7, 0.3, 0), 42));

    /// <summary>
    /// Floating-point operations of the plain algorithm, products only: 2 · inputs · outputs of each layer a row, once forward,
    /// once for the weights' gradient and, but for the first layer, once backward.
    /// </summary>
    public double Operations
    {
        get
        {
            double forward = Plan.Network.Layers.Sum(layer => 2.0 * layer.Inputs * layer.Outputs);
            var first = Plan.Network.Layers[0];
            var training = (3 * forward) - (2.0 * first.Inputs * first.Outputs);
            return Plan.Epochs * ((Data.RowsOf(Part.Train).Length * training) + (Data.RowsOf(Part.Validation).Length * forward));
        }
    }

    private static TrainingPlan Plan64(RegularizationPlan regularization) => OfWidth(64) with { Regularization = regularization };

    // As many epochs as keep wide networks to a second, at most the article's 50.
    private static TrainingPlan OfWidth(int width) => new(
        new NetworkPlan(1, width, [width, width, width], Activation.LeakyRelu, 0.03f, 1, Activation.Linear),
        Math.Clamp(50 * 64 * 64 / (width * width), 2, 50), 64, AdamPlan.Default, RegularizationPlan.None, 42);

    private static IEnumerable<KernelCase> Both(string name, TrainingPlan plan) =>
        [OfPath(name, TrainingPath.Default, plan), OfPath(name, TrainingPath.Plain, plan)];

    private static KernelCase OfPath(string name, TrainingPath path, TrainingPlan plan) =>
        new(name, path == TrainingPath.Plain ? "plain" : "default", plan with { Path = path });
}
