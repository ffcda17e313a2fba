using System.Text.Json;
using Npgsql;
using SweepCluster.Contracts;
using SweepCluster.Store;
using SweepCluster.Store.Embedded;

namespace SweepCluster.Client.Planning;

/// <summary>How long trials of the same program took before: all that is known of a program without starting it.</summary>
/// <param name="Trials">The last that finished, up to 200.</param>
/// <param name="Seconds">Of the middle one, by the clock; a tenth took less than <paramref name="Least"/>, a tenth more than <paramref name="Most"/>.</param>
internal sealed record EarlierTrials(long Trials, double Seconds, double Least, double Most)
{
    private const string Sql =
        """
        SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds), percentile_cont(0.1) WITHIN GROUP (ORDER BY seconds), percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds)
        FROM (SELECT t.id, sum(extract(epoch FROM a.ended_at - a.started_at))::float8 AS seconds
              FROM sweeps s JOIN trials t ON t.sweep = s.id JOIN attempts a ON a.trial = t.id
              WHERE s.specification->'trainer'->'command' IS NOT DISTINCT FROM $1::jsonb AND s.specification->'trainer'->>'assembly' IS NOT DISTINCT FROM $2
                AND s.specification->'trainer'->>'type' IS NOT DISTINCT FROM $3 AND s.specification->'training'->'epochs' = $4::jsonb
                AND NOT jsonb_path_exists(s.specification, '$.**.key ? (@ == "training.epochs")') AND t.state IN ('Completed', 'Stopped')
              GROUP BY t.id ORDER BY t.id DESC LIMIT 200) AS earlier
        """;

    private const string Epochs = "training.epochs";

    /// <summary>Asks the store that is named, or the private one if there is one: a plan makes none.</summary>
    /// <returns>Null where there was no such trial, or no store that can be asked.</returns>
    public static async Task<EarlierTrials?> FindAsync(Specification specification, string? store, CancellationToken cancel)
    {
        if (!StoreSession.IsShared(store) && !Directory.Exists(Path.Combine(PrivatePostgresOptions.FromEnvironment().Home, "store"))) return null;
        EarlierTrials? found = null;
        try
        {
            await StoreSession.UseAsync(store, async session =>
            {
                found = await ReadAsync(session.Ledger.Source, specification, cancel);
                return ExitCode.Done;
            }, cancel);
        }
        catch (Exception e) when (e is StoreException or PrivatePostgresException)
        {
            Console.Error.WriteLine($"sweep: note: earlier trials cannot be looked at: {e.Message}");
        }
        return found;
    }

    private static async Task<EarlierTrials?> ReadAsync(NpgsqlDataSource store, Specification specification, CancellationToken cancel)
    {
        // How long a trial is, is then another number for each configuration.
        if (specification.SweptKeys.Contains(Epochs)) return null;
        using var json = JsonDocument.Parse(specification.ToJson());
        var trainer = json.RootElement.GetProperty("trainer");
        await using var command = store.CreateCommand(Sql);
        command.Parameters.Add(Parameter(trainer.TryGetProperty("command", out var words) ? words.GetRawText() : null));
        command.Parameters.Add(Parameter(trainer.TryGetProperty("assembly", out var assembly) ? assembly.GetString() : null));
        command.Parameters.Add(Parameter(trainer.TryGetProperty("type", out var type) ? type.GetString() : null));
        command.Parameters.Add(Parameter(json.RootElement.GetProperty("training").GetProperty("epochs").GetRawText()));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return reader.GetInt64(0) is > 0 and var trials ? new EarlierTrials(trials, reader.GetDouble(1), reader.GetDouble(2), reader.GetDouble(3)) : null;

        static NpgsqlParameter Parameter(string? text) => new() { Value = text is null ? DBNull.Value : text, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text };
    }
}
