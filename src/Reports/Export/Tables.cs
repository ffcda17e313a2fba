using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Rows;

namespace SweepCluster.Reports.Export;

/// <summary><c>trials.csv</c>: the view's columns, then the grid's keys, then <c>metrics.NAME</c> for each metric.</summary>
internal static class TrialTable
{
    private static readonly string[] Columns =
    [
        "id", "sweep", "ordinal", "replicate", "configuration", "state", "attempts", "silo", "epochs", "training_loss", "validation_loss",
        "test_loss", "best_validation_loss", "seconds", "theta_sha256", "error", "started_at", "finished_at", "stopped_by", "theta_epoch", "tested_at", "metrics",
    ];

    public static async Task WriteAsync(TextWriter writer, string sweep, IReadOnlyList<string> keys, IReadOnlyList<string> metrics, IAsyncEnumerable<TrialRow> trials, CancellationToken ct)
    {
        await writer.WriteAsync(Csv.Row(Columns.Concat(keys).Concat(metrics.Select(name => $"metrics.{name}"))).AsMemory(), ct);
        await foreach (var trial in trials.WithCancellation(ct))
        {
            IEnumerable<object?> own =
            [
                trial.Id, sweep, trial.Ordinal, trial.Replicate, trial.Configuration.GetRawText(), trial.State, trial.Attempts, trial.Silo,
                trial.Epochs, trial.TrainingLoss, trial.ValidationLoss, trial.TestLoss, trial.BestValidationLoss, trial.Seconds,
                trial.ThetaSha256, trial.Error, trial.StartedAt, trial.FinishedAt, trial.StoppedBy, trial.ThetaEpoch, trial.TestedAt, trial.MetricsJson,
            ];
            var reported = metrics.Count == 0 ? null : trial.Metrics;
            var values = metrics.Select(name => reported!.TryGetValue(name, out var value) ? value : (object?)null);
            await writer.WriteAsync(Csv.Row(own.Concat(keys.Select(key => Grid.Text(trial.Configuration, key))).Concat(values)).AsMemory(), ct);
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
        var tail = new TrialTail(trials);
        await writer.WriteAsync(tail.Header("trial", "epoch", "training", "validation").AsMemory(), ct);
        await foreach (var (id, epoch, training, validation) in losses.WithCancellation(ct))
            await writer.WriteAsync(tail.Row(id, id, epoch, training, validation).AsMemory(), ct);
    }
}

/// <summary><c>metrics.csv</c>: the same of what programs reported besides losses, one row per epoch and metric.</summary>
internal static class MetricTable
{
    public static async Task WriteAsync(
        TextWriter writer, TrialColumns trials,
        IAsyncEnumerable<(long Trial, int Epoch, string Name, double Value)> metrics, CancellationToken ct)
    {
        var tail = new TrialTail(trials);
        await writer.WriteAsync(tail.Header("trial", "epoch", "name", "value").AsMemory(), ct);
        await foreach (var (id, epoch, name, value) in metrics.WithCancellation(ct))
            await writer.WriteAsync(tail.Row(id, id, epoch, name, value).AsMemory(), ct);
    }
}

/// <summary>What rows of a trial end in: its replicate and its values of the grid's keys.</summary>
internal sealed class TrialTail(TrialColumns trials)
{
    private readonly Dictionary<long, int> _rows = Enumerable.Range(0, trials.Count).ToDictionary(row => trials.Id[row]);

    public string Header(params string[] own) => Csv.Row(own.Append("replicate").Concat(trials.Keys.Select(key => key.Name)));

    public string Row(long trial, params object?[] own)
    {
        var row = _rows[trial];
        return Csv.Row(own.Append(trials.Replicate[row]).Concat(trials.Keys.Select(key => key.Texts[key.Rows[row]])));
    }
}
