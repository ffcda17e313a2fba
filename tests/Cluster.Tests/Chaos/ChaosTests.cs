using SweepCluster.Cluster.Tests.Machines;
using SweepCluster.Contracts;
using SweepCluster.Store;
using SweepCluster.Store.Leases;
using SweepCluster.Store.Tests;
using Xunit.Abstractions;

namespace SweepCluster.Cluster.Tests.Chaos;

/// <summary>Real silos on a real server, and what can happen to them. After each accident the store holds what an undisturbed run leaves.</summary>
public sealed class ChaosTests(ITestOutputHelper output) : IDisposable
{
    // Twenty processes on few cores: some are not heard for seconds, though they live.
    private const int CrowdLease = 6;

    private readonly PostgresServer _server = new();
    private readonly List<SiloProcess> _silos = [];

    public void Dispose()
    {
        foreach (var silo in _silos) silo.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task Twenty_silos_killed_at_random_lose_nothing_and_do_nothing_twice()
    {
        var (seed, random) = Seed.Draw(output);
        var specification = Sweeps.Lasting(Seed.IsLong ? 400 : 120, TimeSpan.FromMilliseconds(60));
        var (ledger, sweep, address) = await LaunchAsync(specification);
        for (var i = 0; i < 20; i++) Start(address, CrowdLease);

        var kills = Seed.IsLong ? 60 : 12;
        for (var kill = 1; kill <= kills; kill++)
        {
            // A moment that no code chooses: when so many trials have ended, and a little later.
            var share = kill * specification.TrialCount * 3 / 4 / kills;
            await ledger.BecomesAsync($"select count(*) >= {share} from trials where sweep = '{sweep}' and state = 'Completed'");
            await Task.Delay(random.Next(100));
            Replace(random.Next(_silos.Count), address);
        }
        await ledger.EndedAsync(sweep);

        await Undisturbed.AssertAsync(ledger, sweep, specification, $"seed {seed}");
        output.WriteLine($"{await ledger.AskAsync<long>("select count(*) from attempts where outcome = 'Expired'")} attempts expired of {await ledger.AskAsync<long>("select count(*) from attempts")}");
    }

    [Fact]
    public async Task A_silo_killed_again_and_again_in_one_long_trial_is_followed_from_its_checkpoints()
    {
        var (seed, random) = Seed.Draw(output);
        // Between two kills some half a second of it is trained.
        var specification = Sweeps.Lasting(1, TimeSpan.FromSeconds(8));
        var (ledger, sweep, address) = await LaunchAsync(specification);

        var kept = 0;
        // More kills than a trial without progress would be given: each checkpoint counts as a sign that it is not the trial's fault.
        for (var kill = 1; kill <= LeaseBook.MostExpiries + 2; kill++)
        {
            var silo = Start(address);
            await ledger.BecomesAsync($"select coalesce((select epoch from ledger.checkpoints), 0) > {kept} and (select attempts from trials) = {kill}");
            await Task.Delay(random.Next(50));
            silo.Kill();
            // What it still wrote before its end is not the next one's doing.
            kept = await ledger.AskAsync<int>("select epoch from ledger.checkpoints");
        }
        Start(address);
        await ledger.EndedAsync(sweep);

        await Undisturbed.AssertAsync(ledger, sweep, specification, $"seed {seed}");
        Assert.True(await ledger.AskAsync<long>("select count(*) from attempts where outcome = 'Expired'") > LeaseBook.MostExpiries);
    }

    [Fact]
    public async Task A_silo_frozen_for_longer_than_its_lease_finds_its_writes_refused_when_it_goes_on()
    {
        var specification = Sweeps.Lasting(3, TimeSpan.FromSeconds(2));
        var (ledger, sweep, address) = await LaunchAsync(specification);
        var frozen = Start(address);
        await ledger.BecomesAsync("select count(*) > 0 from losses");
        frozen.Freeze();
        var living = Start(address);
        await ledger.BecomesAsync("select count(*) > 0 from attempts where outcome = 'Expired'");
        await ledger.BecomesAsync("select count(*) > 0 from attempts a where a.term = 2");
        frozen.Thaw();
        await ledger.EndedAsync(sweep);

        await Undisturbed.AssertAsync(ledger, sweep, specification, living.Said);
        await WaitAsync(() => frozen.Said.Contains("is lost"), () => frozen.Said);
        Assert.False(frozen.HasExited);
        // A refused write may be what told it, so its next heartbeat is still to come.
        await ledger.BecomesAsync("select count(*) = 2 from silos where state = 'Running'");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_restarted_or_killed_in_the_middle_of_a_sweep_costs_nothing(bool killed)
    {
        var (seed, random) = Seed.Draw(output);
        var rounds = Seed.IsLong ? 8 : 3;
        // Many short trials, so that every kind of request is on its way now and then when the server goes.
        var specification = Sweeps.Lasting(40 * rounds, TimeSpan.FromMilliseconds(30));
        var (ledger, sweep, address) = await LaunchAsync(specification);
        for (var i = 0; i < 2; i++) Start(address, lease: 15);

        for (var round = 1; round <= rounds; round++)
        {
            await ledger.BecomesAsync($"select count(*) >= {30 * round} from trials where state = 'Completed'");
            await Task.Delay(random.Next(200));
            if (killed) _server.Kill();
            else _server.Stop();
            await Task.Delay(random.Next(500));
            _server.Start();
        }
        await ledger.EndedAsync(sweep);

        await Undisturbed.AssertAsync(ledger, sweep, specification, $"seed {seed}");
        Assert.All(_silos, s => Assert.False(s.HasExited));
        // Nobody could renew while the server was away, so nobody lost a lease for it.
        var expired = await ledger.AskAsync<long>("select count(*) from attempts where outcome = 'Expired'");
        Assert.True(expired == 0, $"seed {seed}: {expired} attempts expired\n{await ledger.AskAsync<string>("select string_agg(a::text, E'\\n' order by started_at) from attempts a")}\n{string.Join("\n--\n", _silos.Select(s => s.Said))}");
    }

    [Fact]
    public async Task A_silo_told_to_stop_gives_its_trial_back_within_five_seconds()
    {
        var (ledger, _, address) = await LaunchAsync(Sweeps.Endless());
        var silo = Start(address);
        await ledger.BecomesAsync("select count(*) > 0 from losses");

        var took = silo.Terminate();

        Assert.Equal(0, silo.ExitCode);
        Assert.InRange(took.TotalMilliseconds, 0, Patience.Busy(5000));
        Assert.Equal("Released", await ledger.AskAsync<string>("select outcome from attempts"));
        Assert.Equal(1, await ledger.AskAsync<long>("select count(*) from ledger.checkpoints"));
        Assert.Equal("Stopped", await ledger.AskAsync<string>("select state from silos"));
    }

    private async Task<(Ledger Ledger, SweepId Sweep, StoreAddress Address)> LaunchAsync(Specification specification)
    {
        var address = _server.NewDatabase();
        var ledger = await Ledger.OpenAsync(address);
        return (ledger, await ledger.Launch.LaunchAsync(specification), address);
    }

    private SiloProcess Start(StoreAddress address, int lease = 3)
    {
        var silo = new SiloProcess(address, lease);
        _silos.Add(silo);
        return silo;
    }

    private void Replace(int index, StoreAddress address)
    {
        _silos[index].Kill();
        _silos[index].Dispose();
        _silos[index] = new SiloProcess(address, CrowdLease);
    }

    private static async Task WaitAsync(Func<bool> condition, Func<string> otherwise)
    {
        for (var i = 0; i < 600 && !condition(); i++) await Task.Delay(50);
        Assert.True(condition(), otherwise());
    }
}
