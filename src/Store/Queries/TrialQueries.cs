using System.Text.Json;
using Npgsql;
using SweepCluster.Contracts;
using SweepCluster.Store.Leases;

namespace SweepCluster.Store.Queries;

/// <summary>A trial as people see it.</summary>
/// <param name="Configuration">JSON: the grid's keys, dotted, with this trial's values.</param>
public sealed record TrialSummary(
    TrialId Id, SweepId Sweep, long Ordinal, int Replicate, string Configuration, TrialState State, int Attempts, int Epochs,
    double? TrainingLoss, double? ValidationLoss, double? TestLoss, double? BestValidationLoss, double Seconds,
    string? ThetaSha256, string? Error, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt)
{
    /// <summary><c>patience</c>, <c>median</c> or <c>asha</c>; null where no rule stopped it.</summary>
    public string? StoppedBy { get; init; }

    /// <summary>The epoch whose θ was restored as the final one; null where it is the last epoch's.</summary>
    public int? ThetaEpoch { get; init; }

    /// <summary>The last value of each metric that its program reported besides losses.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>What it is compared by; null where it has none.</summary>
    public double? ValueOf(Objective objective) => objective.Among(TrainingLoss, ValidationLoss, Metrics.TryGetValue(objective.Metric, out var metric) ? metric : null);
}

/// <summary>How far a trial had come at an epoch, for comparison with the others of its sweep: in validation losses, or in what else its trials are compared by, turned so that less is better.</summary>
/// <param name="At">Of that epoch.</param>
/// <param name="Mean">Of all up to it, <paramref name="Least"/> the least of them.</param>
public readonly record struct PeerLoss(TrialId Trial, double At, double Mean, double Least);

public sealed class TrialQueries
{
    private const string Columns =
        """
        SELECT id, sweep, ordinal, replicate, configuration, state, term, epochs, training_loss, validation_loss, test_loss,
               best_validation_loss, seconds, theta_sha256, error, started_at, finished_at, stopped_by, theta_epoch, metrics
        FROM ledger.trials
        """;

    private readonly NpgsqlDataSource _source;

    internal TrialQueries(NpgsqlDataSource source) => _source = source;

    /// <summary>In the order of the grid.</summary>
    public Task<IReadOnlyList<TrialSummary>> OfSweepAsync(SweepId sweep, CancellationToken cancel = default) =>
        ReadAsync(Columns + " WHERE sweep = $1 ORDER BY ordinal, replicate", cancel, sweep.Value);

    public async Task<TrialSummary?> GetAsync(TrialId trial, CancellationToken cancel = default) =>
        await ReadAsync(Columns + " WHERE id = $1", cancel, trial.Value) is [var found] ? found : null;

    /// <param name="ordinal">Place of the configuration in the grid, from 0.</param>
    public async Task<TrialSummary?> AtAsync(SweepId sweep, long ordinal, int replicate, CancellationToken cancel = default) =>
        await ReadAsync(Columns + " WHERE sweep = $1 AND ordinal = $2 AND replicate = $3", cancel, sweep.Value, ordinal, replicate) is [var found] ? found : null;

    /// <summary>The finished trials of the configuration with the best mean of the objective, of those with the most replicates; empty before any finished.</summary>
    public Task<IReadOnlyList<TrialSummary>> BestAsync(SweepId sweep, Objective objective, CancellationToken cancel = default)
    {
        var value = objective.SqlColumn;
        var counts = $"state IN ('Completed', 'Stopped') AND {value} < 'Infinity' AND {value} > '-Infinity'"; // NaN is greater
        return ReadAsync(
            $"{Columns} WHERE sweep = $1 AND {counts} AND ordinal = (SELECT ordinal FROM ledger.trials WHERE sweep = $1 AND {counts} GROUP BY ordinal ORDER BY count(*) DESC, avg({value}){(objective.Maximize ? " DESC" : "")}, ordinal LIMIT 1) ORDER BY replicate",
            cancel, sweep.Value);
    }

    /// <summary>How many epochs each trial has recorded, for those that have some.</summary>
    public async Task<IReadOnlyList<(TrialId Trial, int Epochs)>> EpochsAsync(SweepId sweep, CancellationToken cancel = default)
    {
        await using var command = _source.CreateCommand("SELECT id, epochs FROM ledger.trials WHERE sweep = $1 AND epochs > 0 ORDER BY ordinal, replicate");
        command.Parameters.Add(new() { Value = sweep.Value });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var epochs = new List<(TrialId, int)>();
        while (await reader.ReadAsync(cancel)) epochs.Add((new TrialId(reader.GetInt64(0)), reader.GetInt32(1)));
        return epochs;
    }

    public async Task<IReadOnlyList<EpochLosses>> LossesAsync(TrialId trial, CancellationToken cancel = default)
    {
        await using var command = _source.CreateCommand("SELECT epoch, training, validation FROM public.losses WHERE trial = $1 ORDER BY epoch");
        command.Parameters.Add(new() { Value = trial.Value });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var losses = new List<EpochLosses>();
        while (await reader.ReadAsync(cancel)) losses.Add(new EpochLosses(reader.GetInt32(0), reader.GetDouble(1), reader.GetDouble(2)));
        return losses;
    }

    /// <summary>All trials of a sweep that have recorded an epoch, as they stood at it; without those that did not report the objective with it.</summary>
    public async Task<IReadOnlyList<PeerLoss>> AtEpochAsync(SweepId sweep, int epoch, Objective objective, CancellationToken cancel = default)
    {
        // Losses stand in runs of epochs, metrics one by one.
        var numbers = objective.IsLoss
            ? $"SELECT l.trial, l.first_epoch + e.n - 1 AS epoch, e.number FROM ledger.losses l CROSS JOIN LATERAL unnest(l.{objective.Metric}) WITH ORDINALITY AS e (number, n) WHERE l.trial = t.id"
            : "SELECT m.trial, m.epoch, m.value FROM ledger.metrics m WHERE m.trial = t.id AND m.name = $3";
        await using var command = _source.CreateCommand(
            $"""
            SELECT o.trial, max(o.number) FILTER (WHERE o.epoch = $2), avg(o.number), min(o.number)
            FROM ledger.trials t
            CROSS JOIN LATERAL (SELECT trial, epoch, {(objective.Maximize ? "-" : "")}number AS number FROM ({numbers}) AS n (trial, epoch, number)) AS o
            WHERE t.sweep = $1 AND t.epochs >= $2 AND o.epoch <= $2
            GROUP BY o.trial ORDER BY o.trial
            """);
        command.Parameters.Add(new() { Value = sweep.Value });
        command.Parameters.Add(new() { Value = epoch });
        if (!objective.IsLoss) command.Parameters.Add(new() { Value = objective.Metric });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var peers = new List<PeerLoss>();
        while (await reader.ReadAsync(cancel))
        {
            if (!reader.IsDBNull(1)) peers.Add(new PeerLoss(new TrialId(reader.GetInt64(0)), reader.GetDouble(1), reader.GetDouble(2), reader.GetDouble(3)));
        }
        return peers;
    }

    /// <summary>Mean squared error that no model of a trial's data can go below, where it is known.</summary>
    public async Task<double?> IrreducibleErrorAsync(TrialId trial, CancellationToken cancel = default)
    {
        await using var command = _source.CreateCommand("SELECT irreducible_error FROM public.data_sets WHERE trial = $1");
        command.Parameters.Add(new() { Value = trial.Value });
        return await command.ExecuteScalarAsync(cancel) as double?;
    }

    /// <summary>Epochs at which θ was kept, ascending.</summary>
    public async Task<IReadOnlyList<int>> SnapshotEpochsAsync(TrialId trial, CancellationToken cancel = default)
    {
        await using var command = _source.CreateCommand("SELECT epoch FROM public.snapshots WHERE trial = $1 ORDER BY epoch");
        command.Parameters.Add(new() { Value = trial.Value });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var epochs = new List<int>();
        while (await reader.ReadAsync(cancel)) epochs.Add(reader.GetInt32(0));
        return epochs;
    }

    /// <summary>θ at one epoch, all layers in order, weights (output × input, row-major) before biases; null where none was kept.</summary>
    public async Task<float[]?> ParametersAsync(TrialId trial, int epoch, CancellationToken cancel = default)
    {
        await using var command = _source.CreateCommand("SELECT parameters FROM public.snapshots WHERE trial = $1 AND epoch = $2");
        command.Parameters.Add(new() { Value = trial.Value });
        command.Parameters.Add(new() { Value = epoch });
        return await command.ExecuteScalarAsync(cancel) as float[];
    }

    /// <summary>What a trial's program printed in one attempt; null where there is nothing.</summary>
    /// <param name="term">Null for the last attempt that printed something.</param>
    public async Task<(int Term, ProgramLog Log)?> LogAsync(TrialId trial, int? term = null, CancellationToken cancel = default)
    {
        await using var command = _source.CreateCommand("SELECT term, bytes, content FROM public.logs WHERE trial = $1 AND ($2 IS NULL OR term = $2) ORDER BY term DESC LIMIT 1");
        command.Parameters.Add(new() { Value = trial.Value });
        command.Parameters.Add(new() { Value = (object?)term ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? (reader.GetInt32(0), new ProgramLog(reader.GetInt64(1), reader.GetString(2))) : null;
    }

    private async Task<IReadOnlyList<TrialSummary>> ReadAsync(string sql, CancellationToken cancel, params object[] values)
    {
        await using var command = _source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var trials = new List<TrialSummary>();
        while (await reader.ReadAsync(cancel))
        {
            trials.Add(new TrialSummary(
                new TrialId(reader.GetInt64(0)), new SweepId(reader.GetString(1)), reader.GetInt64(2), reader.GetInt32(3),
                reader.GetString(4), Enum.Parse<TrialState>(reader.GetString(5)), reader.GetInt32(6), reader.GetInt32(7),
                Number(reader, 8), Number(reader, 9), Number(reader, 10), Number(reader, 11), reader.GetDouble(12),
                Text(reader, 13), Text(reader, 14), Moment(reader, 15), Moment(reader, 16))
            {
                StoppedBy = Text(reader, 17),
                ThetaEpoch = reader.IsDBNull(18) ? null : reader.GetInt32(18),
                Metrics = Text(reader, 19) is { } metrics ? JsonSerializer.Deserialize<Dictionary<string, double>>(metrics)! : [],
            });
        }
        return trials;
    }

    private static double? Number(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static DateTimeOffset? Moment(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
