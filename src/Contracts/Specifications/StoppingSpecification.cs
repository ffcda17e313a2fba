namespace SweepCluster.Contracts;

/// <summary>When a trial ends before its last epoch.</summary>
/// <param name="Patience">Epochs without a new best of the objective, or null for any number.</param>
/// <param name="MinChange">How much better counts.</param>
/// <param name="RestoreBest">The trial ends with the θ of its best epoch.</param>
/// <param name="Rule"><c>none</c>, <c>median</c> or <c>asha</c>: comparison with the sweep's other trials.</param>
/// <param name="Grace">Epochs that no comparison takes from a trial.</param>
/// <param name="Factor">Asha: of the trials at a rung one in so many goes on.</param>
/// <param name="Fewest">Median: other trials that must have come as far.</param>
public sealed record StoppingSpecification(int? Patience, double MinChange, bool RestoreBest, string Rule, int Grace, int Factor, int Fewest)
{
    public static StoppingSpecification None { get; } = new(null, 0, false, "none", 10, 3, 5);

    /// <summary>What epochs and trials are compared by.</summary>
    public Objective Objective { get; init; } = Objective.Default;
}
