using Npgsql;
using NpgsqlTypes;
using SweepCluster.Contracts;

namespace SweepCluster.Store.Leases;

/// <summary>What a silo says of itself when it joins.</summary>
/// <param name="Boot">Names one start of its machine, or null where the system does not tell.</param>
/// <param name="Process">Process id on that machine.</param>
/// <param name="Lease">How long it is trusted without a sign of life.</param>
public sealed record SiloCard(SiloId Id, string Host, string? Boot, int Process, string Engine, int Slots, TimeSpan Lease);

/// <summary>The silos that joined this store.</summary>
public sealed class SiloRegister
{
    private readonly NpgsqlDataSource _source;

    internal SiloRegister(NpgsqlDataSource source) => _source = source;

    public async Task JoinAsync(SiloCard card, CancellationToken cancel = default)
    {
        await using var command = _source.CreateCommand(
            "INSERT INTO ledger.silos (id, host, boot, process, engine, slots, lease) VALUES ($1, $2, $3, $4, $5, $6, $7)");
        command.Parameters.Add(new() { Value = card.Id.Value });
        command.Parameters.Add(new() { Value = card.Host });
        command.Parameters.Add(new() { Value = (object?)card.Boot ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = card.Process });
        command.Parameters.Add(new() { Value = card.Engine });
        command.Parameters.Add(new() { Value = card.Slots });
        command.Parameters.Add(new() { Value = card.Lease });
        await command.ExecuteNonQueryAsync(cancel);
    }

    public async Task LeaveAsync(SiloId silo, CancellationToken cancel = default)
    {
        await using var command = _source.CreateCommand("UPDATE ledger.silos SET stopped_at = now() WHERE id = $1");
        command.Parameters.Add(new() { Value = silo.Value });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Slots of the largest running silo; null while none runs.</summary>
    public async Task<int?> LargestAsync(CancellationToken cancel = default)
    {
        await using var command = _source.CreateCommand("SELECT max(slots) FROM ledger.silos WHERE stopped_at IS NULL AND heartbeat_at + lease >= now()");
        return await command.ExecuteScalarAsync(cancel) as int?;
    }

    /// <summary>Silos that joined, have not left, and gave a sign of life within their lease.</summary>
    public async Task<IReadOnlyCollection<SiloId>> RunningAsync(CancellationToken cancel = default)
    {
        await using var command = _source.CreateCommand("SELECT id FROM public.silos WHERE state = 'Running'");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var running = new HashSet<SiloId>();
        while (await reader.ReadAsync(cancel)) running.Add(new SiloId(Guid.Parse(reader.GetString(0))));
        return running;
    }

    /// <summary>Processes of silos that joined from this start of this machine and have not left.</summary>
    public async Task<IReadOnlyList<(SiloId Silo, int Process)>> NeighboursAsync(string host, string boot, CancellationToken cancel = default)
    {
        await using var command = _source.CreateCommand("SELECT id, process FROM ledger.silos WHERE stopped_at IS NULL AND host = $1 AND boot = $2");
        command.Parameters.Add(new() { Value = host });
        command.Parameters.Add(new() { Value = boot });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new List<(SiloId, int)>();
        while (await reader.ReadAsync(cancel)) found.Add((new SiloId(reader.GetGuid(0)), reader.GetInt32(1)));
        return found;
    }

    /// <summary>
    /// Ends the attempts of silos whose process is known to be gone, without waiting for their leases to run out. Who calls has
    /// seen, on the machine itself, that no such process exists.
    /// </summary>
    public async Task<int> BuryAsync(IReadOnlyCollection<SiloId> gone, CancellationToken cancel = default)
    {
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        var ids = gone.Select(s => s.Value).ToArray();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LeaseBook.RescueFrom("silo = ANY ($3)", "true")) { Parameters = { new() { Value = TimeSpan.Zero }, new() { Value = LeaseBook.MostExpiries }, new() { Value = ids } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("UPDATE ledger.silos SET stopped_at = now() WHERE id = ANY ($1)") { Parameters = { new() { Value = ids } } });
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? reader.GetInt32(0) : 0;
    }
}
