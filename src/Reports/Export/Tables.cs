using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Rows;

namespace SweepCluster.Reports.Export;

/// <summary><c>trials.csv</c>: the view's columns, then the grid's keys.</summary>
internal static class TrialTable
{
    private static readonly string[] Columns =
    [
        "id", "sweep", "ordinal", "replicate", "configuration", "state", "attempts", "silo", "epochs", "training_loss", "validation_loss",
        "test_loss", "best_validation_loss", "seconds", "theta_sha256", "error", "started_at", "finished_at",
    ];

    public static async Task WriteAsync(TextWriter writer, string sweep, Grid grid, IReadOnlyList<TrialRow> trials, CancellationToken ct)
    {
        await writer.WriteAsync(Csv.Row(Columns.Concat(grid.Keys)).AsMemory(), ct);
        foreach (var trial in trials)
        {
            IEnumerable<object?> own =
            [
                trial.Id, sweep, trial.Ordinal, trial.Replicate, trial.Configuration.GetRawText(), trial.State, trial.Attempts, trial.Silo,
                trial.Epochs, trial.TrainingLoss, trial.ValidationLoss, trial.TestLoss, trial.BestValidationLoss, trial.Seconds,
                trial.ThetaSha256, trial.Error, trial.StartedAt, trial.FinishedAt,
            ];
            await writer.WriteAsync(Csv.Row(own.Concat(grid.Keys.Select(key => Grid.Text(trial.Configuration, key)))).AsMemory(), ct);
        }
    }
}

/// <summary><c>losses.csv</c>: the view's columns, then the replicate and the grid's keys; one row per epoch of every trial.</summary>
internal static class LossTable
{
    public static async Task WriteAsync(
        TextWriter writer, Grid grid, IReadOnlyList<TrialRow> trials,
        IAsyncEnumerable<(long Trial, int Epoch, double Training, double Validation)> losses, CancellationToken ct)
    {
        string[] columns = ["trial", "epoch", "training", "validation", "replicate"];
        await writer.WriteAsync(Csv.Row(columns.Concat(grid.Keys)).AsMemory(), ct);
        var byId = trials.ToDictionary(trial => trial.Id);
        await foreach (var (id, epoch, training, validation) in losses.WithCancellation(ct))
        {
            var trial = byId[id];
            IEnumerable<object?> own = [id, epoch, training, validation, trial.Replicate];
            await writer.WriteAsync(Csv.Row(own.Concat(grid.Keys.Select(key => Grid.Text(trial.Configuration, key)))).AsMemory(), ct);
        }
    }
}
