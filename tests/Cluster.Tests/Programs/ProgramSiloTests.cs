using System.Diagnostics;
using System.Text.RegularExpressions;
using SweepCluster.Cluster.Tests.Machines;
using SweepCluster.Contracts;
using SweepCluster.Store;
using SweepCluster.Store.Tests;

namespace SweepCluster.Cluster.Tests.Programs;

/// <summary>Real silos that start real programs: the examples, and what is left of them when their silo is killed.</summary>
public sealed class ProgramSiloTests : IDisposable
{
    private readonly PostgresServer _server = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("sweep-silo-programs-").FullName;
    private readonly List<SiloProcess> _silos = [];

    public void Dispose()
    {
        foreach (var silo in _silos) silo.Dispose();
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("shell", "sh", 400)]
    [NumpyExample("numpy", "/usr/bin/python3", 400)]
    [NodeExample("node", "node", 6000)]
    public async Task An_example_whose_silo_is_killed_ends_as_if_it_had_not_been(string name, string program, int epochs)
    {
        var undisturbed = await RunAsync(name, program, epochs, kill: false);
        var killed = await RunAsync(name, program, epochs, kill: true);
        Assert.Equal(undisturbed, killed);
    }

    [Fact]
    public async Task Nothing_of_a_killed_silo_s_programs_goes_on()
    {
        File.WriteAllText(Path.Combine(_folder, "stubborn.sh"),
            """
            trap '' TERM HUP INT
            mkfifo $SWEEP_SCRATCH/away
            setsid sh -c 'trap "" TERM; echo $$ > away; echo > $SWEEP_SCRATCH/away; while :; do sleep 1000; done' &
            read -r gone < $SWEEP_SCRATCH/away
            sleep 1000 &
            echo $! > child; echo $$ > leader; echo "$SWEEP_SCRATCH" > scratch
            echo '{"epoch": 1, "training": 1, "validation": 1}'
            while :; do sleep 1000; done
            """);
        var address = _server.NewDatabase();
        await using var ledger = await Ledger.OpenAsync(address);
        var sweep = await ledger.Launch.LaunchAsync(Sample.Read($"trainer: {{command: [sh, stubborn.sh], directory: {_folder}}}"));
        var silo = Start(address, "sh");
        await ledger.BecomesAsync($"select epochs = 1 from trials where sweep = '{sweep}'");
        silo.Kill();

        var left = new[] { "away", "child", "leader" }.Select(file => int.Parse(File.ReadAllText(Path.Combine(_folder, file)))).ToList();
        foreach (var process in left) await GoneAsync(() => !Lives(process));
        var scratch = File.ReadAllText(Path.Combine(_folder, "scratch")).Trim();
        await GoneAsync(() => !Directory.Exists(scratch));
    }

    [Fact]
    public async Task A_silo_that_is_told_to_stop_takes_its_programs_with_it()
    {
        File.WriteAllText(Path.Combine(_folder, "stubborn.sh"), "trap '' TERM; echo $$ > leader; echo '{\"epoch\": 1, \"training\": 1, \"validation\": 1}'; while :; do sleep 1000; done");
        var address = _server.NewDatabase();
        await using var ledger = await Ledger.OpenAsync(address);
        var sweep = await ledger.Launch.LaunchAsync(Sample.Read($"trainer: {{command: [sh, stubborn.sh], directory: {_folder}}}"));
        var silo = Start(address, "any");
        await ledger.BecomesAsync($"select epochs = 1 from trials where sweep = '{sweep}'");

        silo.Terminate();

        Assert.Equal(0, silo.ExitCode);
        Assert.False(Lives(int.Parse(File.ReadAllText(Path.Combine(_folder, "leader")))));
        Assert.Equal("Pending", await ledger.AskAsync<string>($"select state from trials where sweep = '{sweep}'"));
    }

    [Fact]
    public async Task A_silo_without_leave_says_what_it_waits_for()
    {
        var address = _server.NewDatabase();
        await using var ledger = await Ledger.OpenAsync(address);
        var sweep = await ledger.Launch.LaunchAsync(Sample.Read("trainer: {command: [sh, x]}"));
        var silo = Start(address, "python3");
        await ledger.BecomesAsync($"select exists (select from attempts a join trials t on t.id = a.trial where t.sweep = '{sweep}' and outcome = 'Released')");
        silo.Terminate();
        Assert.Contains("waits for silos that may start sh; this one may start python3 (--allow-command)", silo.Said.Replace("\"", ""));
    }

    /// <summary>All that the store has of the first configuration, as one text.</summary>
    private async Task<string> RunAsync(string name, string program, int epochs, bool kill)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "SweepCluster.sln"))) root = Path.GetDirectoryName(root)!;
        var path = Path.Combine(root, "examples", "command", name + ".yaml");
        var yaml = Regex.Replace(await File.ReadAllTextAsync(path), @"\bepochs: \d+", $"epochs: {epochs}");
        // One configuration is enough to be killed, and where the program stands only its file knows.
        yaml = Regex.Replace(yaml, @"(?m)^(\s+[a-z]+\.[a-z_.0-9]+): \[([^,\]]+)[^\]]*\]$", "$1: [$2]");
        yaml = yaml.Replace("replicates: 2", "replicates: 1").Replace("\ntrainer:\n", $"\ntrainer:\n  directory: {Path.GetDirectoryName(path)}\n");
        var address = _server.NewDatabase();
        await using var ledger = await Ledger.OpenAsync(address);
        var sweep = await ledger.Launch.LaunchAsync(Sample.Read(yaml));
        var silo = Start(address, program);
        for (var kills = 1; kill && kills <= 2; kills++)
        {
            // Each silo has begun its attempt: the checkpoint may be the one before's.
            await ledger.BecomesAsync($"select (select count(*) from attempts) >= {kills} and coalesce((select max(epoch) from ledger.checkpoints), 0) >= {kills * epochs / 4}");
            silo.Kill();
            silo = Start(address, program);
        }
        await ledger.EndedAsync(sweep);
        silo.Terminate();
        Assert.Equal(epochs, await ledger.AskAsync<long>("select count(*) from losses"));
        Assert.Equal(kill ? 2 : 0, await ledger.AskAsync<long>("select count(*) from attempts where outcome = 'Expired'"));
        return await ledger.AskAsync<string>(
            """
            select concat_ws(' ', t.state, t.error, t.epochs, t.theta_sha256, md5(string_agg(concat_ws(' ', l.epoch, l.training, l.validation), ';' order by l.epoch)), t.metrics,
                             (select md5(string_agg(prediction::text, ' ' order by row)) from fits))
            from trials t join losses l on l.trial = t.id group by t.id, t.state, t.error, t.epochs, t.theta_sha256, t.metrics
            """) ?? "";
    }

    private SiloProcess Start(StoreAddress address, string allow)
    {
        var silo = new SiloProcess(address.ToString(), allow: allow);
        _silos.Add(silo);
        return silo;
    }

    private static bool Lives(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    // The kernel tells nobody but a parent when a process ends, and its parent is dead: it is asked.
    private static async Task GoneAsync(Func<bool> gone)
    {
        var waited = Stopwatch.StartNew();
        while (!gone())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromMinutes(1), "still there after a minute");
            await Task.Delay(20);
        }
    }
}
