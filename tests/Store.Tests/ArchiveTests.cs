using SweepCluster.Store.Archive;

namespace SweepCluster.Store.Tests;

public sealed class ArchiveTests
{
    /// <summary>What means nothing in another store, and stays behind.</summary>
    private static readonly string[] LeftBehind = ["trials.id", "trials.sweep", "trials.lease_until", "trials.expiries"];

    /// <summary>Tables that belong to the store and not to a sweep; the sweep's own row is the manifest.</summary>
    private static readonly string[] NotOfASweep = ["sweeps", "migrations", "compatibility"];

    [Fact]
    public async Task Every_column_of_a_sweep_travels_or_is_known_to_stay_behind()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var stored = new List<string>();
        await using var command = ledger.Source.CreateCommand(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'ledger' AND table_name IN (SELECT tablename FROM pg_tables WHERE schemaname = 'ledger') ORDER BY 1, ordinal_position");
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync())
                if (!NotOfASweep.Contains(reader.GetString(0))) stored.Add($"{reader.GetString(0)}.{reader.GetString(1)}");

        var travelling = ArchiveTable.All.SelectMany(table => table.Columns.Split(", ").Select(column => $"{table.Name}.{column.Split(' ')[0]}"));
        // A trial's id travels as its place in the grid.
        var known = travelling.Select(column => column.EndsWith(".ordinal") && !column.StartsWith("trials.") ? column.Replace(".ordinal", ".trial") : column)
            .Where(column => !column.EndsWith(".replicate") || column.StartsWith("trials."));
        Assert.Equal(stored.Order(), known.Concat(LeftBehind).Order());
    }
}
