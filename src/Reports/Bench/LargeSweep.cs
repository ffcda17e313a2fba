using Npgsql;
using SweepCluster.Contracts;
using SweepCluster.Store;

namespace SweepCluster.Reports.Bench;

/// <summary>
/// A finished sweep of very many trials in the likeness of a real one, put into a store of its own by the server itself: losses
/// for every trial, fits of 10,000 points and snapshots of 12,673 parameters for those that figures draw.
/// </summary>
internal static class LargeSweep
{
    private const int Replicates = 5;
    private const int Epochs = 20;
    private const int Points = 10_000;
    private const int Parameters = 12_673;

    /// <param name="trials">Rounded down to a square grid of five replicates.</param>
    public static async Task<SweepId> CreateAsync(Ledger ledger, int trials, CancellationToken ct)
    {
        var side = (int)Math.Sqrt(trials / (double)Replicates);
        var specification = SweepFile.Parse(
            $$"""
            name: large
            seed: 42
            replicates: {{Replicates}}
            data: {kind: oscillation, points: {{Points}}}
            model: {preset: notebook}
            training: {epochs: {{Epochs}}, batch: 64}
            grid:
              regularization.l2: {logspace: [-6, 0, {{side}}]}
              regularization.dropout.p: {linspace: [0, 0.9, {{side}}]}
            """).Specification!;
        var id = await ledger.Launch.LaunchAsync(specification, cancel: ct);
        foreach (var sql in Statements(side))
        {
            await using var command = ledger.Source.CreateCommand(sql);
            command.CommandTimeout = 0;
            if (sql.Contains("$1", StringComparison.Ordinal))
                command.Parameters.Add(new NpgsqlParameter { Value = id.Value });
            await command.ExecuteNonQueryAsync(ct);
        }

        return id;
    }

    // The least loss is at a third of the way along both axes; fits and snapshots stand where the slices through it go.
    private static IEnumerable<string> Statements(int side)
    {
        var centre = side / 3;
        var place = $"(t.ordinal / {side})::float8 / {side}";
        var rate = $"(t.ordinal % {side})::float8 / {side}";
        var loss = $"0.0007 * power(10, 3 * abs({place} - {centre}::float8 / {side}) + 2 * abs({rate} - {centre}::float8 / {side})) * (1 + 0.01 * (hashint4((t.ordinal * {Replicates} + t.replicate)::int) & 255) / 255.0)";
        var drawn = $"t.sweep = $1 AND (t.ordinal / {side} = {centre} OR t.ordinal % {side} = {centre})";
        yield return $"""
            UPDATE ledger.trials t SET state = 'Completed', term = 1, silo = '00000000-0000-0000-0000-000000000001', epochs = {Epochs},
                validation_loss = {loss}, training_loss = 0.95 * {loss}, best_validation_loss = {loss}, seconds = 1,
                theta_sha256 = repeat('a', 64), started_at = created.at, finished_at = created.at
            FROM (SELECT created_at AS at FROM ledger.sweeps WHERE id = $1) created WHERE t.sweep = $1
            """;
        yield return $"""
            INSERT INTO ledger.losses (trial, first_epoch, training, validation)
            SELECT t.id, 1, (SELECT array_agg(t.training_loss * (1 + 30.0 / (e * e)) ORDER BY e) FROM generate_series(1, {Epochs}) e),
                (SELECT array_agg(t.validation_loss * (1 + 25.0 / (e * e)) ORDER BY e) FROM generate_series(1, {Epochs}) e)
            FROM ledger.trials t WHERE t.sweep = $1
            """;
        yield return $"INSERT INTO ledger.data_sets (sha256, rows, inputs, irreducible_error) VALUES (repeat('5', 64), {Points}, 1, 0.0006)";
        yield return $"""
            INSERT INTO ledger.data_rows (data, row, part, x, target)
            SELECT repeat('5', 64), i, CASE WHEN i % 10 < 7 THEN 'train' ELSE 'validation' END, ARRAY[i * 0.0012566]::real[],
                (0.5 + 0.4 * sin(i * 0.0012566) + 0.02 * ((hashint4(i) & 255) / 128.0 - 1))::real
            FROM generate_series(0, {Points - 1}) i
            """;
        yield return $"""
            INSERT INTO ledger.fits (trial, data, prediction)
            SELECT t.id, repeat('5', 64), CASE WHEN t.replicate = 0 AND (t.ordinal / {side} = {centre} OR t.ordinal % {side} = {centre})
                THEN (SELECT array_agg((0.5 + 0.4 * (1 - {place}) * sin(i * 0.0012566))::real ORDER BY i) FROM generate_series(0, {Points - 1}) i) ELSE ARRAY[]::real[] END
            FROM ledger.trials t WHERE t.sweep = $1
            """;
        yield return $"""
            INSERT INTO ledger.snapshots (trial, epoch, parameters)
            SELECT t.id, e, (SELECT array_agg((((hashint4(i) & 65535) / 32768.0 - 1) * 0.125 * (1 - e / {Epochs}.0 * {place}))::real ORDER BY i) FROM generate_series(1, {Parameters}) i)
            FROM ledger.trials t CROSS JOIN generate_series(0, {Epochs}, {Epochs / 2}) e WHERE {drawn} AND t.replicate = 0
            """;
        yield return "ANALYZE";
    }
}
