namespace SweepCluster.Training;

/// <summary>
/// Compiles what training needs while the process still opens its store or makes its data: a fresh process otherwise spends
/// tens of milliseconds of its first trial in the compiler. The trials are too small to matter; their results are dropped.
/// </summary>
public static class WarmUp
{
    private static readonly Lazy<Task> Compiled = new(() => Task.Factory.StartNew(
        Train, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));

    /// <summary>On a thread of its own, once per process; returns at once.</summary>
    public static void Begin() => _ = Compiled.Value;

    private static void Train()
    {
        const int Width = 64, Batch = 16; // the notebook's width: tiles differ by width, not by depth
        var data = Oscillation.Create(new OscillationPlan(4 * Batch, 1.2, 0.8, 0.02, 0.1, Scaling.MinMax, new SplitRatio(0.5, 0.5, 0), 1));
        var network = new NetworkPlan(1, Width, [Width, Width], Activation.LeakyRelu, 0.03f, 1, Activation.Linear);
        foreach (var dropout in (double[])[0, 0.2])
        {
            foreach (var path in (TrainingPath[])[TrainingPath.Default, TrainingPath.Plain])
            {
                var plan = new TrainingPlan(network, 1, Batch, AdamPlan.Default, RegularizationPlan.None with { Dropout = dropout }, 1) { Path = path };
                TrainingSession.Start(plan, data).RunEpoch();
            }
        }
    }
}
