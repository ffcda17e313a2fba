using System.Threading.Channels;
using SweepCluster.Contracts;
using SweepCluster.Silo;
using SweepCluster.Store.Leases;

namespace SweepCluster.Store.Tests;

/// <summary>Programs that are stopped, resumed and cancelled, and by rules.</summary>
public sealed class ProgramLifeTests : IDisposable
{
    // Counts epochs, and keeps its count where a resumed attempt finds it.
    private const string Counting =
        """
        trap 'exit 0' TERM
        e=$(cat $SWEEP_CHECKPOINT/state 2>/dev/null || echo 0)
        while [ $e -lt $1 ]; do
            e=$((e+1))
            echo "{\"epoch\": $e, \"training\": 0.$e, \"validation\": 0.$e, \"twice\": $((2*e))}"
            echo $e > $SWEEP_CHECKPOINT/state.new && mv $SWEEP_CHECKPOINT/state.new $SWEEP_CHECKPOINT/state
        done
        """;

    private readonly ProgramSweeps _sweeps = new();

    public void Dispose() => _sweeps.Dispose();

    [Fact]
    public async Task A_stopped_silo_lets_its_program_save_and_the_next_one_goes_on_from_there()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await _sweeps.LaunchAsync(ledger, Counting, "epochs: 2000");
        for (var round = 0; round < 2; round++)
        {
            using var stop = new CancellationTokenSource();
            var events = Channel.CreateUnbounded<SiloEvent>();
            var running = _sweeps.Silo(ledger, sweep, events).RunAsync(stop.Token);
            await events.Reader.ReadAllAsync().TakeUntilAsync(e => e is EpochTrained { Losses.Epoch: var epoch } && epoch >= 20 * (round + 1));
            await stop.CancelAsync();
            await running;
            Assert.Equal(1, await ledger.AskAsync<long>("select count(*) from ledger.checkpoints"));
        }
        await _sweeps.Silo(ledger, sweep).RunAsync(CancellationToken.None);
        await WholeAsync(ledger, sweep, 2000, released: 2);
    }

    [Fact]
    public async Task A_program_that_resumes_elsewhere_than_it_was_kept_rewinds_what_was_recorded()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await _sweeps.LaunchAsync(ledger, Counting, "epochs: 60");
        // A silo that was lost had recorded 50 epochs and kept a checkpoint that says 50, whose folder is of epoch 30.
        var dead = await ledger.JoinAsync();
        var lease = await ledger.ClaimOneAsync(dead);
        var folder = Path.Combine(_sweeps.Folder, "kept");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "state"), "30\n");
        var progress = Sample.Epochs([.. Enumerable.Range(1, 50)]) with
        {
            Checkpoint = new Checkpoint(50, SweepCluster.Programs.Keeping.CheckpointFolder.Pack(folder)),
            Metrics = [.. Enumerable.Range(1, 50).Select(e => new Metric(e, "twice", 0))],
        };
        await ledger.Results.RecordAsync(lease, progress);
        await ledger.RunOutAsync(lease);
        await ledger.Leases.RescueAsync(TimeSpan.Zero);

        await _sweeps.Silo(ledger, sweep).RunAsync(CancellationToken.None);
        Assert.Equal(30, await ledger.AskAsync<long>("select count(*) from metrics where value = 0"));
        await WholeAsync(ledger, sweep, 60, released: 0);
    }

    [Fact]
    public async Task A_cancelled_trial_ends_its_program()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await _sweeps.LaunchAsync(ledger, "echo $$ > $PWD/pid; " + Counting, "epochs: 1000000");
        var events = Channel.CreateUnbounded<SiloEvent>();
        var running = _sweeps.Silo(ledger, sweep, events).RunAsync(CancellationToken.None);
        await events.Reader.ReadAllAsync().TakeUntilAsync(e => e is EpochTrained);
        await ledger.Control.CancelAsync(sweep);
        await running;
        Assert.Equal(TrialState.Cancelled, (await ledger.Trials.OfSweepAsync(sweep))[0].State);
        Assert.False(Directory.Exists($"/proc/{(await File.ReadAllTextAsync(Path.Combine(_sweeps.Folder, "pid"))).Trim()}"));
    }

    [Fact]
    public async Task A_rule_stops_a_program_as_it_stops_any_trial()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await _sweeps.LaunchAsync(ledger, "e=0; while :; do e=$((e+1)); echo \"{\\\"epoch\\\": $e, \\\"training\\\": 1, \\\"validation\\\": 1}\"; done", "epochs: 100000", "stopping: {patience: 5}");
        await _sweeps.Silo(ledger, sweep).RunAsync(CancellationToken.None);
        var trial = (await ledger.Trials.OfSweepAsync(sweep))[0];
        Assert.Equal((TrialState.Stopped, "patience", 6), (trial.State, trial.StoppedBy, trial.Epochs));
    }

    private static async Task WholeAsync(Ledger ledger, SweepId sweep, int epochs, long released)
    {
        var trial = Assert.Single(await ledger.Trials.OfSweepAsync(sweep));
        Assert.Equal((TrialState.Completed, null, epochs), (trial.State, trial.Error, trial.Epochs));
        Assert.Equal(Enumerable.Range(1, epochs), (await ledger.Trials.LossesAsync(trial.Id)).Select(l => l.Epoch));
        Assert.Equal(epochs, await ledger.AskAsync<long>("select count(*) from metrics"));
        Assert.Equal(released, await ledger.AskAsync<long>("select count(*) from attempts where outcome = 'Released'"));
    }
}
