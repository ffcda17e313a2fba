using SweepCluster.Contracts;
using SweepCluster.Grains.Programs;

namespace SweepCluster.Store.Tests;

/// <summary>Real programs, a real silo, a real store. Whatever a program does, its trial says so and the silo goes on to the next.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly ProgramSweeps _sweeps = new();

    public void Dispose() => _sweeps.Dispose();

    [Fact]
    public async Task What_a_program_reports_is_what_the_store_has()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var (trial, _) = await _sweeps.RunAsync(ledger,
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
        var (trial, _) = await _sweeps.RunAsync(ledger,
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
        var (trial, next) = await _sweeps.RunAsync(ledger, script);
        Assert.True(trial.State == TrialState.Failed, what);
        Assert.Matches(reason, trial.Error);
        Assert.Equal(TrialState.Completed, next.State);
        Assert.Equal(0, await ledger.AskAsync<long>("select count(*) from ledger.checkpoints"));
    }

    [Fact]
    public async Task A_program_that_is_missing_fails_its_trial_with_the_place_it_was_looked_for()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await ledger.Launch.LaunchAsync(Sample.Read($"trainer: {{command: [pyhton3], directory: {_sweeps.Folder}}}"));
        await _sweeps.Silo(ledger, sweep).RunAsync(CancellationToken.None);
        Assert.StartsWith("the program could not be started: trainer.command: no program 'pyhton3' in the silo's PATH", (await ledger.Trials.OfSweepAsync(sweep))[0].Error);
    }

    [Fact]
    public async Task A_program_that_prints_a_gigabyte_leaves_its_beginning_and_its_end()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var (trial, _) = await _sweeps.RunAsync(ledger, "echo first; yes | head -c 1000000000; echo last; echo '{\"epoch\": 1, \"training\": 1, \"validation\": 1}'", "timeout: 10m");
        Assert.Equal(TrialState.Completed, trial.State);
        var log = (await ledger.Trials.LogAsync(trial.Id))!.Value.Log;
        Assert.True(log.Bytes >= 1_000_000_000 && log.Text.Length < 70_000);
        Assert.StartsWith("first\ny\n", log.Text);
        Assert.EndsWith("y\nlast\n", log.Text);
        Assert.Contains("bytes are left out", log.Text);
    }

    [Fact]
    public async Task A_silo_of_a_cluster_starts_only_what_its_operator_allows()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await _sweeps.LaunchAsync(ledger, "echo '{\"epoch\": 1, \"training\": 1, \"validation\": 1}'");
        using var stop = new CancellationTokenSource();
        var refusing = ProgramSweeps.Silo(ledger, null, programs: null).RunAsync(stop.Token);
        while (await ledger.AskAsync<long>("select count(*) from attempts where outcome = 'Released'") == 0) await Task.Yield();
        Assert.Equal(TrialState.Pending, (await ledger.Trials.OfSweepAsync(sweep))[0].State);

        using var others = new ProgramHost("python3", "/usr/bin/ls", "./script", "DEVICE=");
        Assert.False(others.Allows(Program("sh")));
        Assert.True(others.Allows(Program("ls")));
        // Any program is another one where the sweep file says what it loads.
        foreach (var variable in (string[])["LD_PRELOAD", "PATH", "BASH_ENV", "PYTHONPATH", "NODE_OPTIONS", "DOTNET_STARTUP_HOOKS", "", "DEVICE=", "device"])
        {
            Assert.False(others.Allows(Program("ls", variable)));
            Assert.True(_sweeps.Programs.Allows(Program("ls", variable)));
        }
        Assert.True(others.Allows(Program("ls", "DEVICE")));
        Assert.False(others.Allows(Program("ls", "DEVICE", "PATH")));
        Assert.Equal("ls, DEVICE=, PATH=", ProgramHost.Wanted(Program("ls", "DEVICE", "PATH")));
        // The same words mean another file where the sweep file stands.
        File.SetUnixFileMode(Path.Combine(_sweeps.Folder, "script"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.False(others.Allows(Program("./script")));
        using var own = new ProgramHost(Path.Combine(_sweeps.Folder, "script"));
        Assert.True(own.Allows(Program("./script")));
        using var sh = new ProgramHost("sh", "MINE=");
        var allowing = ProgramSweeps.Silo(ledger, null, programs: sh).RunAsync(stop.Token);
        while (await ledger.Sweeps.IsOpenAsync(sweep)) await Task.Yield();
        Assert.Equal(TrialState.Completed, (await ledger.Trials.OfSweepAsync(sweep))[0].State);
        await stop.CancelAsync();
        await Task.WhenAll(refusing, allowing);

        ProgramSpecification Program(string name, params string[] variables) => new([name], _sweeps.Folder, variables.ToDictionary(variable => variable, _ => "x"), null, 1, null, []);
    }

    [Fact]
    public async Task What_is_noted_of_each_epoch_is_said_once()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var (trial, _) = await _sweeps.RunAsync(ledger, "for e in 1 2 3; do echo \"{\\\"epoch\\\": $e, \\\"training\\\": 1, \\\"validation\\\": 1, \\\"phase\\\": \\\"warm-up $e\\\"}\"; done");
        Assert.Equal("sweep: epoch 1: metric 'phase' is not a number: \"warm-up 1\"\n", (await ledger.Trials.LogAsync(trial.Id))!.Value.Log.Text);
    }

    [Fact]
    public async Task A_folder_of_a_trial_goes_whatever_is_in_it()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var (trial, _) = await _sweeps.RunAsync(ledger, "echo \"$SWEEP_SCRATCH\"; : > \"$SWEEP_SCRATCH/$(printf '\\377')\"; ln -s / \"$SWEEP_SCRATCH/root\"; mkdir \"$SWEEP_SCRATCH/closed\"; : > \"$SWEEP_SCRATCH/closed/x\"; echo '{\"epoch\": 1, \"training\": 1, \"validation\": 1}'");
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
}
