using SweepCluster.Contracts;
using SweepCluster.Store.Leases;

namespace SweepCluster.Grains.Stopping;

/// <summary>The best epoch of a trial so far, by its validation loss or by the sweep's objective, and whether the trial has gone too long without a better one.</summary>
/// <param name="Best">Null before the first epoch that has what is compared.</param>
public sealed record EarlyStopping(EpochLosses? Best)
{
    public static EarlyStopping Begin { get; } = new((EpochLosses?)null);

    /// <summary>Whether a trial has to remember its best epoch at all.</summary>
    public static bool IsWanted(StoppingSpecification stopping) => stopping.Patience is not null || stopping.RestoreBest;

    /// <summary>After one more epoch. The first always counts; a later one does if it is better by more than the least change.</summary>
    public EarlyStopping After(EpochLosses losses, StoppingSpecification stopping) =>
        Of(losses, stopping.Objective) is { } now && (Best is not { } best || Of(best, stopping.Objective) is not { } before || now < before - stopping.MinChange) ? new EarlyStopping(losses) : this;

    /// <returns>Null: go on.</returns>
    public Stopped? At(int epoch, StoppingSpecification stopping) =>
        stopping.Patience is { } patience && Best is { } best && Of(best, stopping.Objective) is { } least && epoch - best.Epoch >= patience
            ? new Stopped("patience", $"early stopping at epoch {epoch}: no {stopping.Objective.Title} {(stopping.Objective.Maximize ? "above" : "below")} {StoppingRule.Number(least, stopping.Objective)} (epoch {best.Epoch}) in {patience} epochs")
            : null;

    /// <summary>What the epoch is compared by, turned so that less is better; null where a program did not report it.</summary>
    private static double? Of(EpochLosses losses, Objective objective) =>
        objective.Among(losses.Training, losses.Validation, losses.Metric) is { } number ? objective.Turn(number) : null;
}
