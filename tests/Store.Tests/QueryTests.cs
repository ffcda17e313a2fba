using Npgsql;
using SweepCluster.Contracts;
using SweepCluster.Store.Leases;
using SweepCluster.Store.Queries;

namespace SweepCluster.Store.Tests;

public sealed class QueryTests
{
    [Fact]
    public async Task A_word_finds_a_sweep_by_id_by_name_and_by_beginning()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var first = await ledger.Launch.LaunchAsync(Sample.Sweep(1, name: "alpha"));
        var second = await ledger.Launch.LaunchAsync(Sample.Sweep(1, name: "alpha"));
        var third = await ledger.Launch.LaunchAsync(Sample.Sweep(1, name: "alphabet"));

        Assert.Equal((first, 0), Found(await ledger.Sweeps.FindAsync(first.Value)));
        Assert.Equal((second, 1), Found(await ledger.Sweeps.FindAsync("alpha")));
        Assert.Equal((third, 0), Found(await ledger.Sweeps.FindAsync("alphab")));
        Assert.Equal(3, Assert.IsType<SweepMatch.Ambiguous>(await ledger.Sweeps.FindAsync("alph")).Candidates.Count);
        Assert.IsType<SweepMatch.None>(await ledger.Sweeps.FindAsync("beta"));
        Assert.IsType<SweepMatch.None>(await ledger.Sweeps.FindAsync(""));
        Assert.IsType<SweepMatch.None>(await ledger.Sweeps.FindAsync("%"));
    }

    [Fact]
    public async Task An_export_has_the_views_columns_and_one_for_each_key_of_the_grid()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await ledger.Launch.LaunchAsync(Sample.Sweep(2));
        await ledger.Launch.LaunchAsync(Sample.Sweep(2));
        var lease = await ledger.ClaimOneAsync(await ledger.JoinAsync());
        while (await ledger.AskAsync<string>($"select sweep from trials where id = {lease.Trial}") != sweep.Value) lease = await ledger.ClaimOneAsync(await ledger.JoinAsync());
        await ledger.Results.RecordAsync(lease, Sample.Epochs(1, 2) with { Snapshots = [new Snapshot(0, [1, 2])] });

        var (columns, trials) = await ReadAsync(ledger, sweep, ExportTable.Trials);
        Assert.Equal(["id", "sweep", "ordinal"], columns.Take(3));
        Assert.Equal("regularization.l2", columns[^1]);
        Assert.Equal([0.0, 1.0], trials.Select(t => t[^1]));
        var (_, losses) = await ReadAsync(ledger, sweep, ExportTable.Losses);
        Assert.Equal([1, 2], losses.Select(l => l[1]));
        var (_, snapshots) = await ReadAsync(ledger, sweep, ExportTable.Snapshots);
        Assert.Equal([1f, 2f], (float[])Assert.Single(snapshots)[2]!);
        Assert.Empty((await ReadAsync(ledger, sweep, ExportTable.Fits)).Rows);
    }

    private static async Task<(IReadOnlyList<string> Columns, List<object?[]> Rows)> ReadAsync(Ledger ledger, SweepId sweep, ExportTable table)
    {
        await using var rows = await ledger.Export.OpenAsync(sweep, table);
        var all = new List<object?[]>();
        await foreach (var row in rows.RowsAsync()) all.Add(row);
        return (rows.Columns, all);
    }

    private static (SweepId, int) Found(SweepMatch match) => Assert.IsType<SweepMatch.Found>(match) is var found ? (found.Sweep.Id, found.OlderWithSameName) : default;
}
