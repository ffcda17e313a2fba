using SweepCluster.Contracts;
using SweepCluster.Store.Leases;

namespace SweepCluster.Store.Tests;

/// <summary>Small things that tests need.</summary>
internal static class Sample
{
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    /// <summary>As many configurations as asked for, and nothing to train.</summary>
    public static Specification Sweep(int configurations = 8, int replicates = 1, string name = "sample") => Read(
        $$"""
        name: {{name}}
        seed: 42
        replicates: {{replicates}}
        data: {kind: oscillation, points: 100}
        training: {epochs: 3, batch: 16}
        grid:
          regularization.l2: [{{string.Join(", ", Enumerable.Range(0, configurations))}}]
        """);

    public static Specification Read(string yaml) =>
        SweepFile.Parse(yaml) is { Specification: { } specification } ? specification : throw new FormatException(yaml);

    public static async Task<SiloId> JoinAsync(this Ledger ledger)
    {
        var silo = SiloId.New();
        await ledger.Silos.JoinAsync(new SiloCard(silo, "test", null, Environment.ProcessId, "built-in", 1, Lease));
        return silo;
    }

    public static async Task<Lease> ClaimOneAsync(this Ledger ledger, SiloId silo) =>
        Assert.Single(await ledger.Leases.ClaimAsync(silo, 1, Lease)).Lease;

    public static Progress Epochs(params int[] epochs) =>
        new([.. epochs.Select(e => new EpochLosses(e, 1.0 / e, 2.0 / e))], [], null, 0.1 * epochs.Length);

    public static async Task<T?> AskAsync<T>(this Ledger ledger, string sql)
    {
        await using var command = ledger.Source.CreateCommand(sql);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    /// <summary>The next claim finds this lease run out, as if its silo had been silent that long.</summary>
    public static async Task RunOutAsync(this Ledger ledger, Lease lease, TimeSpan? ago = null)
    {
        await using var command = ledger.Source.CreateCommand("UPDATE ledger.trials SET lease_until = now() - $1 WHERE id = $2");
        command.Parameters.Add(new() { Value = ago ?? TimeSpan.Zero });
        command.Parameters.Add(new() { Value = lease.Trial.Value });
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }
}

internal static class AsyncRows
{
    /// <summary>All up to and with the first that fits; the wait for a named event.</summary>
    public static async Task<List<T>> TakeUntilAsync<T>(this IAsyncEnumerable<T> source, Func<T, bool> fits)
    {
        var taken = new List<T>();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await foreach (var item in source.WithCancellation(patience.Token))
        {
            taken.Add(item);
            if (fits(item)) break;
        }
        return taken;
    }
}
