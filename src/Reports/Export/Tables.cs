using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Rows;

namespace SweepCluster.Reports.Export;

/// <summary><c>trials.csv</c>: the view's columns, then the grid's keys.</summary>
internal static class TrialTable
{
    private static readonly string[] Columns =
    [
        "id", "sweep", "ordinal", "replicate", "configuration", "state", "attempts", "silo", "epochs", "training_loss", "validation_loss",
        "test_loss", "best_validation_loss", "seconds", "theta_sha256", "error", "started_at", "finished_at", "stopped_by", "theta_epoch", "tested_at",
    ];

    public static async Task WriteAsync(TextWriter writer, string sweep, Grid grid, IAsyncEnumerable<TrialRow> trials, CancellationToken ct)
    {
        await writer.WriteAsync(Csv.Row(Columns.Concat(grid.Keys)).AsMemory(), ct);
        await foreach (var trial in trials.WithCancellation(ct))
        {
            IEnumerable<object?> own =
            [
                trial.Id, sweep, trial.Ordinal, trial.Replicate, trial.Configuration.GetRawText(), trial.State, trial.Attempts, trial.Silo,
                trial.Epochs, trial.TrainingLoss, trial.ValidationLoss, trial.TestLoss, trial.BestValidationLoss, trial.Seconds,
                trial.ThetaSha256, trial.Error, trial.StartedAt, trial.FinishedAt, trial.StoppedBy, trial.ThetaEpoch, trial.TestedAt,
            ];
            await writer.WriteAsync(Csv.Row(own.Concat(grid.Keys.Select(key => Grid.Text(trial.Configuration, key)))).AsMemory(), ct);
        }
    }
}

/// <summary><c>losses.csv</c>: the view's columns, then the replicate and the grid's keys; one row per epoch of every trial.</summary>
internal static class LossTable
{
    public static async Task WriteAsync(
        TextWriter writer, TrialColumns trials,
        IAsyncEnumerable<(long Trial, int Epoch, double Training, double Validation)> losses, CancellationToken ct)
    {
        string[] columns = ["trial", "epoch", "training", "validation", "replicate"];
        await writer.WriteAsync(Csv.Row(columns.Concat(trials.Keys.Select(key => key.Name))).AsMemory(), ct);
        var rows = new Dictionary<long, int>(trials.Count);
        for (var row = 0; row < trials.Count; row++)
            rows.Add(trials.Id[row], row);
        await foreach (var (id, epoch, training, validation) in losses.WithCancellation(ct))
        {
            var row = rows[id];
            IEnumerable<object?> own = [id, epoch, training, validation, trials.Replicate[row]];
            await writer.WriteAsync(Csv.Row(own.Concat(trials.Keys.Select(key => key.Texts[key.Rows[row]]))).AsMemory(), ct);
        }
    }
}
