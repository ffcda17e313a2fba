using SweepCluster.Contracts;
using SweepCluster.Store.Leases;

namespace SweepCluster.Grains.Stopping;

/// <summary>The lowest validation loss of a trial so far, and whether the trial has gone too long without a lower one.</summary>
/// <param name="Best">Null before the first epoch.</param>
public sealed record EarlyStopping(EpochLosses? Best)
{
    public static EarlyStopping Begin { get; } = new((EpochLosses?)null);

    /// <summary>Whether a trial has to remember its best epoch at all.</summary>
    public static bool IsWanted(StoppingSpecification stopping) => stopping.Patience is not null || stopping.RestoreBest;

    /// <summary>After one more epoch. The first always counts; a later one does if it is lower by more than the least change.</summary>
    public EarlyStopping After(EpochLosses losses, StoppingSpecification stopping) =>
        Best is not { } best || losses.Validation < best.Validation - stopping.MinChange ? new EarlyStopping(losses) : this;

    /// <returns>Null: go on.</returns>
    public Stopped? At(int epoch, StoppingSpecification stopping) =>
        stopping.Patience is { } patience && Best is { } best && epoch - best.Epoch >= patience
            ? new Stopped("patience", $"early stopping at epoch {epoch}: no validation loss below {StoppingRule.Loss(best.Validation)} (epoch {best.Epoch}) in {patience} epochs")
            : null;
}
