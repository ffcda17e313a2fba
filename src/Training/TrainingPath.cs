namespace SweepCluster.Training;

/// <summary>
/// By which algebra the numbers are computed. All give the same result in real arithmetic and differ in rounding, so the path
/// is part of what decides θ: it follows from the plan alone, never from the machine.
/// </summary>
public enum TrainingPath
{
    /// <summary>The fastest of the others that fits the plan.</summary>
    Default,

    /// <summary>Every layer as it stands in the network.</summary>
    Plain,

    /// <summary>The stem and the first hidden layer as one affine map of the network's few inputs.</summary>
    FoldedStem,

    /// <summary>
    /// One input and an activation of two slopes: rows in ascending x, the second layer from the first one's breaks; a stem is folded.
    /// </summary>
    PiecewiseLinear,
}
