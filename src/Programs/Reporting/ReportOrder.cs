namespace SweepCluster.Programs.Reporting;

/// <summary>What the reports of one attempt may be after what went before. Pure; the state is a value.</summary>
/// <param name="Last">The last epoch of this attempt; null before its first.</param>
/// <param name="Recorded">The epoch of the checkpoint the attempt began with; 0 at the beginning.</param>
public readonly record struct ReportOrder(int? Last, int Recorded)
{
    /// <summary>Why the epoch may not come now; null if it may.</summary>
    public string? Problem(Report.Epoch epoch) =>
        Last is { } last && epoch.Number == last ? $"epoch {last} was reported twice; each epoch once, in ascending order"
        : Last is { } before && epoch.Number < before ? $"epoch {epoch.Number} was reported after epoch {before}; each epoch once, in ascending order"
        : !double.IsFinite(epoch.Training) ? $"training loss became {epoch.Training} at epoch {epoch.Number}"
        : !double.IsFinite(epoch.Validation) ? $"validation loss became {epoch.Validation} at epoch {epoch.Number}"
        : null;

    /// <summary>The program does not go on where its checkpoint was taken: what was recorded before is another execution's.</summary>
    public bool BeginsAgain(Report.Epoch epoch) => Last is null && epoch.Number <= Recorded;

    public ReportOrder After(Report.Epoch epoch) => this with { Last = epoch.Number };
}
