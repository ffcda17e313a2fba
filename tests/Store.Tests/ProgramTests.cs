using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Grains.Programs;
using SweepCluster.Silo;
using SweepCluster.Store.Leases;
using SweepCluster.Store.Queries;

namespace SweepCluster.Store.Tests;

/// <summary>Real programs, a real silo, a real store. Whatever a program does, its trial says so and the silo goes on to the next.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sweep-program-tests-").FullName;
    private readonly ProgramHost _programs = new(ProgramHost.Any) { Grace = TimeSpan.FromSeconds(0.5) };

    public void Dispose()
    {
        _programs.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_a_program_reports_is_what_the_store_has()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var (trial, _) = await RunAsync(ledger,
            """
            printf '\223NUMPY\001\000\166\000' > t.npy
            printf '%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }" >> t.npy
            printf '\000\000\200\077\000\000\000\100' >> t.npy
            echo '{"snapshot": "t.npy"}'
            echo hello; echo "to stderr" >&2
            for e in 1 2 3; do echo "{\"epoch\": $e, \"training\": 0.$e, \"validation\": 0.5, \"accuracy\": 0.9$e, \"f1\": 1}"; done
            printf 'x,target,prediction,part\n0,1,1.5,train\n1,2,2.5,validation\n' > fit.csv
            echo '{"snapshot": "t.npy", "fit": "fit.csv", "checkpoint": true}'
            """);

        Assert.Equal((TrialState.Completed, null, 3, 0.3, 0.5), (trial.State, trial.Error, trial.Epochs, trial.TrainingLoss, trial.ValidationLoss));
        Assert.Equal(new Dictionary<string, double> { ["accuracy"] = 0.93, ["f1"] = 1 }, trial.Metrics);
        Assert.Equal("0.91,0.92,0.93", await ledger.AskAsync<string>("select string_agg(value::text, ',' order by epoch) from metrics where name = 'accuracy'"));
        Assert.Equal("0,3", await ledger.AskAsync<string>("select string_agg(epoch::text, ',' order by epoch) from snapshots"));
        var theta = await ledger.Trials.ParametersAsync(trial.Id, 3);
        Assert.Equal([1f, 2f], theta!);
        Assert.Equal(Training.ParameterHash.Sha256([1f, 2f]), trial.ThetaSha256);
        Assert.Equal("train 0 1 1.5; validation 1 2 2.5", await ledger.AskAsync<string>("select string_agg(concat_ws(' ', part, x[1], target, prediction), '; ' order by row) from fits"));
        var log = (await ledger.Trials.LogAsync(trial.Id))!.Value;
        Assert.Equal(["hello", "to stderr"], log.Log.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [Fact]
    public async Task A_program_knows_its_trial_and_nothing_of_the_store()
    {
        Environment.SetEnvironmentVariable("SWEEP_STORE", "postgresql://me:secret@nowhere/x");
        await using var ledger = await TestServer.NewLedgerAsync();
        var (trial, _) = await RunAsync(ledger,
            """
            env; cat "$SWEEP_CONFIGURATION_FILE"; echo; echo "arguments: $*"; ls -d "$SWEEP_CHECKPOINT" "$SWEEP_SCRATCH"
            echo '{"epoch": 1, "training": 1, "validation": 1}'
            """, "arguments: [\"{training.learning_rate}\", \"{seed}\", \"{hyperparameters.kind}\"]\nhyperparameters: {kind: \"a $HOME b\"}");
        var lines = (await ledger.Trials.LogAsync(trial.Id))!.Value.Log.Text.Split('\n');

        Assert.Equal(TrialState.Completed, trial.State);
        Assert.Contains("arguments: 1e-3 7 a $HOME b", lines);
        Assert.Contains("SWEEP_SEED=7", lines);
        Assert.Contains($"SWEEP_TRIAL={trial.Id}", lines);
        Assert.Contains("MINE=seven 7", lines);
        Assert.Contains("OMP_NUM_THREADS=1", lines);
        Assert.Contains(lines, line => line.StartsWith("SWEEP_CONFIGURATION={", StringComparison.Ordinal) && line.Contains("\"hyperparameters.kind\":\"a $HOME b\""));
        Assert.DoesNotContain(lines, line => line.Contains("secret") || line.StartsWith("SWEEP_STORE", StringComparison.Ordinal));
    }

    public static TheoryData<string, string, string> BadPrograms => new()
    {
        { "prints garbage", "head -c 3000 /dev/urandom; echo; echo '{\"epochs\": 1}'", "^the program ended without reporting an epoch: expected lines like" },
        { "prints half a report", "echo '{\"epoch\": 1, \"training\"'", "^a line begins like a report and is not JSON" },
        { "reports words", "echo '{\"epoch\": 1, \"training\": \"low\", \"validation\": 1}'", "^epoch 1: expected a number \"training\" beside it, found \"low\"$" },
        { "reports NaN", "echo '{\"epoch\": 1, \"training\": 1, \"validation\": 1}'; echo '{\"epoch\": 2, \"training\": NaN, \"validation\": 1}'; sleep 1000", "^training loss became NaN at epoch 2$" },
        { "goes back", "for e in 1 2 3 2; do echo \"{\\\"epoch\\\": $e, \\\"training\\\": 1, \\\"validation\\\": 1}\"; done; sleep 1000", "^epoch 2 was reported after epoch 3; each epoch once, in ascending order$" },
        { "says it twice", "for e in 1 1; do echo \"{\\\"epoch\\\": $e, \\\"training\\\": 1, \\\"validation\\\": 1}\"; done", "^epoch 1 was reported twice" },
        { "dies by signal", "echo '{\"epoch\": 1, \"training\": 1, \"validation\": 1}'; echo oh no >&2; kill -SEGV $$", "^the program was killed by signal 11 \\(SIGSEGV\\); its last words: oh no$" },
        { "exits", "echo 'wrong: \\033[31mred' >&2; exit 3", "^the program ended with exit code 3; its last words: wrong: .*red$" },
        { "never ends", "trap '' TERM; while :; do sleep 1000; done", "^the program ran for longer than its timeout of 1 s and was ended; it printed nothing else$" },
        { "closes its output", "exec >&- 2>&-; exit 4", "^the program ended with exit code 4; it printed nothing else$" },
        { "forks away", "mkfifo $SWEEP_SCRATCH/f; setsid sh -c 'echo > $SWEEP_SCRATCH/f; exec sleep 1000' & read -r x < $SWEEP_SCRATCH/f", "^the program ended without reporting an epoch: .*; a process that the program left behind, 's[a-z]+', was killed: a program must not go to the background$" },
        { "goes to the background", "sleep 1000 &", "; a process that the program left behind, 's[a-z]+', was killed: a program must not go to the background$" },
        { "reports too much", "printf '{\"epoch\": 1, \"training\": 1, \"validation\": 1'; yes ', \"metric\": 1' | head -c 100000 | tr -d '\\n'; echo '}'; sleep 1000", "^a report has at most 65,536 bytes, found more: {\"epoch\": 1, " },
        { "colours its reports", "echo '{\"snapshot\": \"\\u001b[31m.npy\"}'; sleep 1000", "^snapshot .*\\\\x1b\\[31m.npy: no such file$" },
        { "reports half a character", "echo '{\"snapshot\": \"\\ud800.npy\"}'; sleep 1000", "^a line begins like a report and is not JSON" },
        { "names no file", "echo '{\"snapshot\": \"none.npy\"}'; sleep 1000", "^snapshot .*none.npy: no such file$" },
        { "keeps too much", "truncate -s 65M $SWEEP_CHECKPOINT/big; echo '{\"epoch\": 1, \"training\": 1, \"validation\": 1}'; echo '{\"checkpoint\": true}'; sleep 1000", "^SWEEP_CHECKPOINT: at most 67,108,864 bytes are kept, found 68,157,440" },
    };

    [Theory]
    [MemberData(nameof(BadPrograms))]
    public async Task A_program_that_misbehaves_fails_its_trial_with_a_reason_and_the_silo_goes_on(string what, string script, string reason)
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var (trial, next) = await RunAsync(ledger, script);
        Assert.True(trial.State == TrialState.Failed, what);
        Assert.Matches(reason, trial.Error);
        Assert.Equal(TrialState.Completed, next.State);
        Assert.Equal(0, await ledger.AskAsync<long>("select count(*) from ledger.checkpoints"));
    }

    [Fact]
    public async Task A_program_that_is_missing_fails_its_trial_with_the_place_it_was_looked_for()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await ledger.Launch.LaunchAsync(Sample.Read($"trainer: {{command: [pyhton3], directory: {_folder}}}"));
        await Silo(ledger, sweep).RunAsync(CancellationToken.None);
        Assert.StartsWith("the program could not be started: trainer.command: no program 'pyhton3' in the silo's PATH", (await ledger.Trials.OfSweepAsync(sweep))[0].Error);
    }

    [Fact]
    public async Task A_program_that_prints_a_gigabyte_leaves_its_beginning_and_its_end()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var (trial, _) = await RunAsync(ledger, "echo first; yes | head -c 1000000000; echo last; echo '{\"epoch\": 1, \"training\": 1, \"validation\": 1}'", "timeout: 10m");
        Assert.Equal(TrialState.Completed, trial.State);
        var log = (await ledger.Trials.LogAsync(trial.Id))!.Value.Log;
        Assert.True(log.Bytes >= 1_000_000_000 && log.Text.Length < 70_000);
        Assert.StartsWith("first\ny\n", log.Text);
        Assert.EndsWith("y\nlast\n", log.Text);
        Assert.Contains("bytes are left out", log.Text);
    }

    [Fact]
    public async Task A_stopped_silo_lets_its_program_save_and_the_next_one_goes_on_from_there()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await LaunchAsync(ledger, Counting, "epochs: 2000");
        for (var round = 0; round < 2; round++)
        {
            using var stop = new CancellationTokenSource();
            var events = Channel.CreateUnbounded<SiloEvent>();
            var running = Silo(ledger, sweep, events).RunAsync(stop.Token);
            await events.Reader.ReadAllAsync().TakeUntilAsync(e => e is EpochTrained { Losses.Epoch: var epoch } && epoch >= 20 * (round + 1));
            await stop.CancelAsync();
            await running;
            Assert.Equal(1, await ledger.AskAsync<long>("select count(*) from ledger.checkpoints"));
        }
        await Silo(ledger, sweep).RunAsync(CancellationToken.None);
        await WholeAsync(ledger, sweep, 2000, released: 2);
    }

    [Fact]
    public async Task A_program_that_resumes_elsewhere_than_it_was_kept_rewinds_what_was_recorded()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await LaunchAsync(ledger, Counting, "epochs: 60");
        // A silo that was lost had recorded 50 epochs and kept a checkpoint that says 50, whose folder is of epoch 30.
        var dead = await ledger.JoinAsync();
        var lease = await ledger.ClaimOneAsync(dead);
        var folder = Path.Combine(_folder, "kept");
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

        await Silo(ledger, sweep).RunAsync(CancellationToken.None);
        Assert.Equal(30, await ledger.AskAsync<long>("select count(*) from metrics where value = 0"));
        await WholeAsync(ledger, sweep, 60, released: 0);
    }

    [Fact]
    public async Task A_cancelled_trial_ends_its_program()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await LaunchAsync(ledger, "echo $$ > $PWD/pid; " + Counting, "epochs: 1000000");
        var events = Channel.CreateUnbounded<SiloEvent>();
        var running = Silo(ledger, sweep, events).RunAsync(CancellationToken.None);
        await events.Reader.ReadAllAsync().TakeUntilAsync(e => e is EpochTrained);
        await ledger.Control.CancelAsync(sweep);
        await running;
        Assert.Equal(TrialState.Cancelled, (await ledger.Trials.OfSweepAsync(sweep))[0].State);
        Assert.False(Directory.Exists($"/proc/{(await File.ReadAllTextAsync(Path.Combine(_folder, "pid"))).Trim()}"));
    }

    [Fact]
    public async Task A_rule_stops_a_program_as_it_stops_any_trial()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await LaunchAsync(ledger, "e=0; while :; do e=$((e+1)); echo \"{\\\"epoch\\\": $e, \\\"training\\\": 1, \\\"validation\\\": 1}\"; done", "epochs: 100000", "stopping: {patience: 5}");
        await Silo(ledger, sweep).RunAsync(CancellationToken.None);
        var trial = (await ledger.Trials.OfSweepAsync(sweep))[0];
        Assert.Equal((TrialState.Stopped, "patience", 6), (trial.State, trial.StoppedBy, trial.Epochs));
    }

    [Fact]
    public async Task A_silo_of_a_cluster_starts_only_what_its_operator_allows()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await LaunchAsync(ledger, "echo '{\"epoch\": 1, \"training\": 1, \"validation\": 1}'");
        using var stop = new CancellationTokenSource();
        var refusing = Silo(ledger, null, programs: null).RunAsync(stop.Token);
        while (await ledger.AskAsync<long>("select count(*) from attempts where outcome = 'Released'") == 0) await Task.Yield();
        Assert.Equal(TrialState.Pending, (await ledger.Trials.OfSweepAsync(sweep))[0].State);

        using var others = new ProgramHost("python3", "/usr/bin/ls", "./script", "DEVICE=");
        Assert.False(others.Allows(Program("sh")));
        Assert.True(others.Allows(Program("ls")));
        // Any program is another one where the sweep file says what it loads.
        foreach (var variable in (string[])["LD_PRELOAD", "PATH", "BASH_ENV", "PYTHONPATH", "NODE_OPTIONS", "DOTNET_STARTUP_HOOKS", "", "DEVICE=", "device"])
        {
            Assert.False(others.Allows(Program("ls", variable)));
            Assert.True(_programs.Allows(Program("ls", variable)));
        }
        Assert.True(others.Allows(Program("ls", "DEVICE")));
        Assert.False(others.Allows(Program("ls", "DEVICE", "PATH")));
        Assert.Equal("ls, DEVICE=, PATH=", ProgramHost.Wanted(Program("ls", "DEVICE", "PATH")));
        // The same words mean another file where the sweep file stands.
        File.SetUnixFileMode(Path.Combine(_folder, "script"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.False(others.Allows(Program("./script")));
        using var own = new ProgramHost(Path.Combine(_folder, "script"));
        Assert.True(own.Allows(Program("./script")));
        using var sh = new ProgramHost("sh", "MINE=");
        var allowing = Silo(ledger, null, programs: sh).RunAsync(stop.Token);
        while (await ledger.Sweeps.IsOpenAsync(sweep)) await Task.Yield();
        Assert.Equal(TrialState.Completed, (await ledger.Trials.OfSweepAsync(sweep))[0].State);
        await stop.CancelAsync();
        await Task.WhenAll(refusing, allowing);

        ProgramSpecification Program(string name, params string[] variables) => new([name], _folder, variables.ToDictionary(variable => variable, _ => "x"), null, 1, null, []);
    }

    [Fact]
    public async Task What_is_noted_of_each_epoch_is_said_once()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var (trial, _) = await RunAsync(ledger, "for e in 1 2 3; do echo \"{\\\"epoch\\\": $e, \\\"training\\\": 1, \\\"validation\\\": 1, \\\"phase\\\": \\\"warm-up $e\\\"}\"; done");
        Assert.Equal("sweep: epoch 1: metric 'phase' is not a number: \"warm-up 1\"\n", (await ledger.Trials.LogAsync(trial.Id))!.Value.Log.Text);
    }

    [Fact]
    public async Task A_folder_of_a_trial_goes_whatever_is_in_it()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var (trial, _) = await RunAsync(ledger, "echo \"$SWEEP_SCRATCH\"; : > \"$SWEEP_SCRATCH/$(printf '\\377')\"; ln -s / \"$SWEEP_SCRATCH/root\"; mkdir \"$SWEEP_SCRATCH/closed\"; : > \"$SWEEP_SCRATCH/closed/x\"; echo '{\"epoch\": 1, \"training\": 1, \"validation\": 1}'");
        Assert.Equal(TrialState.Completed, trial.State);
        Assert.False(Directory.Exists(Path.GetDirectoryName((await ledger.Trials.LogAsync(trial.Id))!.Value.Log.Text.Trim())));
        Assert.True(Directory.Exists("/etc"));
    }

    [Fact]
    public async Task Trials_of_several_cores_are_packed_into_the_slots()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var wide = await ledger.Launch.LaunchAsync(Sample.Read("name: wide\nreplicates: 4\ntrainer: {command: [sh], cores: 2}"));
        var narrow = await ledger.Launch.LaunchAsync(Sample.Sweep(configurations: 9));
        var huge = await ledger.Launch.LaunchAsync(Sample.Read("name: huge\ntrainer: {command: [sh], cores: 6}"), priority: 9);
        var silo = await ledger.JoinAsync();

        async Task<string> ClaimAsync(int count, int slots, params SweepId[] last)
        {
            var claims = await ledger.Leases.ClaimAsync(silo, count, Sample.Lease, shares: last.ToDictionary(sweep => sweep, _ => 10.0), slots: slots);
            return string.Join(' ', new[] { wide, narrow, huge }.Select(sweep => claims.Count(claim => claim.Sweep == sweep)));
        }

        // The huge one fits into no silo of five; four free slots are two for each of the others, or one wide trial and no more when two are free.
        Assert.Equal("1 2 0", await ClaimAsync(4, 5, narrow));
        Assert.Equal("1 0 0", await ClaimAsync(2, 5, narrow));
        // Its turn, but one free slot is too few: nobody takes it meanwhile.
        Assert.Equal("0 0 0", await ClaimAsync(1, 5, narrow));
        Assert.Equal("0 1 0", await ClaimAsync(1, 5, wide));
        Assert.Equal("0 0 1", await ClaimAsync(6, 6));
    }

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

    private static async Task WholeAsync(Ledger ledger, SweepId sweep, int epochs, long released)
    {
        var trial = Assert.Single(await ledger.Trials.OfSweepAsync(sweep));
        Assert.Equal((TrialState.Completed, null, epochs), (trial.State, trial.Error, trial.Epochs));
        Assert.Equal(Enumerable.Range(1, epochs), (await ledger.Trials.LossesAsync(trial.Id)).Select(l => l.Epoch));
        Assert.Equal(epochs, await ledger.AskAsync<long>("select count(*) from metrics"));
        Assert.Equal(released, await ledger.AskAsync<long>("select count(*) from attempts where outcome = 'Released'"));
    }

    /// <summary>One trial of the script, and one after it that does nothing but report.</summary>
    private async Task<(TrialSummary Trial, TrialSummary Next)> RunAsync(Ledger ledger, string script, string more = "")
    {
        var sweep = await LaunchAsync(ledger, $"case $SWEEP_ORDINAL in 1) echo '{{\"epoch\": 1, \"training\": 1, \"validation\": 1}}'; exit 0;; esac\n{script}", "epochs: 10", more, grid: true);
        await Silo(ledger, sweep, slots: 1).RunAsync(CancellationToken.None);
        var trials = await ledger.Trials.OfSweepAsync(sweep);
        return (trials[0], trials[1]);
    }

    private Task<SweepId> LaunchAsync(Ledger ledger, string script, string training = "epochs: 10", string more = "", bool grid = false)
    {
        File.WriteAllText(Path.Combine(_folder, "script"), script);
        var arguments = more.Split('\n').FirstOrDefault(line => line.StartsWith("arguments: ", StringComparison.Ordinal))?["arguments: [".Length..^1] ?? "\"{training.epochs}\"";
        var timeout = more.StartsWith("timeout: ", StringComparison.Ordinal) ? more["timeout: ".Length..] : script.Contains("never", StringComparison.Ordinal) || script.Contains("trap ''", StringComparison.Ordinal) ? "1s" : "5m";
        var rest = string.Join('\n', more.Split('\n').Where(line => !line.StartsWith("arguments: ", StringComparison.Ordinal) && !line.StartsWith("timeout: ", StringComparison.Ordinal)));
        return ledger.Launch.LaunchAsync(Sample.Read(
            $$$"""
            name: program
            seed: 7
            trainer:
              command: [sh, script, {{{arguments}}}]
              directory: {{{_folder}}}
              environment: {MINE: "seven {seed}"}
              timeout: {{{timeout}}}
            training: { {{{training}}} }
            {{{rest}}}
            {{{(grid ? "grid: {training.learning_rate: [1e-3, 1e-2]}" : "")}}}
            """));
    }

    private SiloHost Silo(Ledger ledger, SweepId? sweep, Channel<SiloEvent>? events = null, int slots = 2) => Silo(ledger, sweep, _programs, events, slots);

    private static SiloHost Silo(Ledger ledger, SweepId? sweep, ProgramHost? programs, Channel<SiloEvent>? events = null, int slots = 2) => new(
        ledger,
        new SiloOptions { Slots = slots, UntilSweepDone = sweep, Poll = TimeSpan.FromMilliseconds(100), Grain = GrainOptions.Default with { Programs = programs } },
        NullLoggerFactory.Instance, events?.Writer);
}
