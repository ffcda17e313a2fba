namespace SweepCluster.Training.PiecewiseLinear;

/// <summary>Which plans this room serves.</summary>
internal static class PiecewisePlan
{
    /// <summary>From this batch on breaks are cheaper than rows.</summary>
    private const int FewestRows = 16;

    // From p = ½ on correcting for what is dropped costs more than computing what is kept.
    public static bool Fits(TrainingPlan plan) =>
        plan.Network is { Inputs: 1, Hidden.Count: >= 2, Activation: Activation.LeakyRelu or Activation.Relu }
        && plan.Batch >= FewestRows && plan.Regularization.DropoutOf(0) < 0.5 && plan.Augmentation.Inputs == 0;
}
