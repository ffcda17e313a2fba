using SweepCluster.Contracts;
using SweepCluster.Deploy.Tests.Stores;
using SweepCluster.Store;

namespace SweepCluster.Deploy.Tests;

/// <summary>What old sweeps give back.</summary>
[Collection(OneSharedServer.Name)]
public sealed class PruneTests(SharedServer server)
{
    [Fact]
    public async Task Snapshots_of_old_sweeps_go_when_asked_twice_and_what_they_led_to_stays()
    {
        var (database, old, recent, open) = await ThreeSweepsAsync();
        await using var ledger = await server.OpenAsync(database);
        var before = await ledger.AskAsync<long>("select count(*) from snapshots");

        var asked = await server.RunAsync(server.Url(database), "prune", "--older-than", "30d");
        Assert.Equal(0, asked.Code);
        Assert.Contains(old.Value, asked.Output);
        Assert.DoesNotContain(recent.Value, asked.Output);
        Assert.Contains("would go; add --yes", asked.Error);
        Assert.Equal(before, await ledger.AskAsync<long>("select count(*) from snapshots"));

        var done = await server.RunAsync(server.Url(database), "prune", "--older-than", "30d", "--yes");
        Assert.Equal(0, done.Code);
        Assert.Equal(3, await ledger.AskAsync<long>($"select count(*) from snapshots s join trials t on t.id = s.trial where t.sweep = '{old}'"));
        Assert.Equal(3, await ledger.AskAsync<long>($"select count(*) from snapshots s join trials t on t.id = s.trial where t.sweep = '{old}' and s.epoch = t.epochs"));
        Assert.Equal(6, await ledger.AskAsync<long>($"select count(*) from snapshots s join trials t on t.id = s.trial where t.sweep = '{recent}'"));
        Assert.Equal(3 * Sweeps.ShortEpochs, await ledger.AskAsync<long>($"select count(*) from losses l join trials t on t.id = l.trial where t.sweep = '{old}'"));
        Assert.Contains("nothing to prune", (await server.RunAsync(server.Url(database), "prune", "--older-than", "30d", "--yes")).Error);
        Assert.Equal(0, (await server.RunAsync(server.Url(database), "verify", old.Value)).Code);
        Assert.Equal(0, (await server.RunAsync(server.Url(database), "report", old.Value, "--out", $"report-{old}")).Code);
        Assert.Equal("Pending", await ledger.AskAsync<string>($"select state from sweeps where id = '{open}'"));
    }

    [Fact]
    public async Task Whole_sweeps_go_only_where_they_ended_and_nobody_opened_them_again()
    {
        var (database, old, recent, open) = await ThreeSweepsAsync();
        await using var ledger = await server.OpenAsync(database);

        Assert.Null(await ledger.Removal.RemoveAsync(recent, TimeSpan.FromDays(30)));
        Assert.Null(await ledger.Removal.RemoveAsync(open, TimeSpan.Zero));
        var result = await server.RunAsync(server.Url(database), "prune", "--older-than", "4w", "--whole", "--yes");

        Assert.Equal(0, result.Code);
        Assert.Contains("removed 1 sweep;", result.Error);
        Assert.Equal($"{recent},{open}", await ledger.AskAsync<string>("select string_agg(id, ',' order by created_at) from sweeps"));
        Assert.Equal(0, await ledger.AskAsync<long>($"select count(*) from ledger.losses l where not exists (select from ledger.trials t where t.id = l.trial)"));
    }

    [Theory]
    [InlineData("30")]
    [InlineData("d")]
    [InlineData("-1d")]
    [InlineData("1y")]
    public async Task An_age_that_is_none_is_refused(string age)
    {
        var result = await server.RunAsync("", "prune", $"--older-than={age}");
        Assert.Equal(2, result.Code);
        Assert.Contains($"--older-than must be a number of hours, days or weeks such as 12h, 30d or 8w, found '{age}'", result.Error);
    }

    private async Task<(string Database, SweepId Old, SweepId Recent, SweepId Open)> ThreeSweepsAsync()
    {
        var database = server.NewDatabase();
        await using var ledger = await server.OpenAsync(database);
        var (old, recent) = (await ledger.Launch.LaunchAsync(Sweeps.Short(3)), await ledger.Launch.LaunchAsync(Sweeps.Short(3)));
        var silo = server.Start(server.Url(database), ["silo", "--slots", "1", "--lease", "1"]);
        await ledger.BecomesAsync("select count(*) = 2 from ledger.sweeps where closed_at is not null");
        silo.Signal(System.Runtime.InteropServices.PosixSignal.SIGTERM);
        await silo.EndAsync();
        server.Execute(database, $"UPDATE ledger.sweeps SET closed_at = now() - interval '40 days' WHERE id = '{old}'");
        return (database, old, recent, await ledger.Launch.LaunchAsync(Sweeps.Short(3)));
    }
}
