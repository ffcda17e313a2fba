using System.Text.Json;
using System.Text.RegularExpressions;
using SweepCluster.Client.Tests.Running;
using SweepCluster.Contracts;
using SweepCluster.Grains.Programs;

namespace SweepCluster.Client.Tests;

/// <summary>Programs as trials, as a person meets them.</summary>
[Collection(OnePrivateStore.Name)]
public sealed class ProgramCommandTests(PrivateStore store)
{
    private const string Yaml =
        """
        trainer: {command: [sh, -c, "echo \"to the log \\033[31m {hyperparameters.x}\"; echo '{\"epoch\": 1, \"training\": 0.5, \"validation\": {hyperparameters.x}, \"accuracy\": {hyperparameters.x}}'"]}
        hyperparameters: {x: 1}
        objective: {metric: accuracy, direction: maximize}
        grid: {hyperparameters.x: [0.25, 0.75, 0.5]}
        """;

    [Fact]
    public async Task A_sweep_of_a_program_is_planned_run_shown_and_compared_by_its_objective()
    {
        var yaml = Yaml.Replace("to the log", "to a log of its own"); // no other test's trials are earlier ones of this command
        var file = store.Write("programmed", yaml);
        var plan = await store.RunAsync("plan", file);
        Assert.Equal(0, plan.Code);
        Assert.Matches(@"(?m)^trials: +3 = 3 configurations × 1 replicate$", plan.Output);
        Assert.Contains("\"validation\": 0.25", plan.Output);
        Assert.Matches(@"(?m)^training: +epochs 50$", plan.Output);
        Assert.DoesNotMatch("(?m)^(data|model|regularization):", plan.Output);
        Assert.DoesNotMatch("(?m)^time:", plan.Output);
        Assert.Contains("only the program knows", plan.Error);

        var run = await store.RunAsync("run", file, "--out", "programmed-report");
        Assert.True(run.Code == 0, run.Error);
        Assert.Matches(@"(?m)^hyperparameters\.x  training loss  validation loss  accuracy  epochs  seconds$", run.Output);

        var again = await store.RunAsync("plan", store.Write("programmed-again", yaml.Replace("trainer: {", "trainer: {timeout: 90s, ")), "--slots", "2");
        Assert.Matches(@"(?m)^time: +about [\d.]+ m?s; 3 earlier trials of it took [\d.]+ m?s \([\d.]+ m?s to [\d.]+ m?s\)\n +at most 3 min 00 s, 1 min 30 s a trial \(trainer\.timeout\)$", again.Output);
        Assert.Equal("", again.Error);
        using var planned = JsonDocument.Parse((await store.RunAsync("plan", file, "--json")).Output);
        Assert.Equal((3, JsonValueKind.Number, JsonValueKind.Null, 0), (planned.RootElement.GetProperty("earlier").GetProperty("trials").GetInt32(), planned.RootElement.GetProperty("seconds").ValueKind,
            planned.RootElement.GetProperty("most_seconds").ValueKind, planned.RootElement.GetProperty("warnings").GetArrayLength()));

        Assert.Contains("best so far: hyperparameters.x=0.75, accuracy 0.75", (await store.RunAsync("status", "programmed")).Output);
        var best = await store.RunAsync("best", "programmed");
        Assert.Equal("# best of 3 configurations of ID: accuracy 0.75\nhyperparameters:\n  x: 0.75\n", Regex.Replace(best.Output, @"of \w{8}:", "of ID:"));
        using var json = JsonDocument.Parse((await store.RunAsync("best", "programmed", "--json")).Output);
        Assert.Equal(("accuracy", true, 0.75), (json.RootElement.GetProperty("objective").GetString(), json.RootElement.GetProperty("maximize").GetBoolean(), json.RootElement.GetProperty("value").GetDouble()));

        using var summary = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(store.Folder, "programmed-report", "summary.json")));
        Assert.Equal(0.75, summary.RootElement.GetProperty("best").GetProperty("validation_loss").GetDouble());
        var figures = Directory.GetFiles(Path.Combine(store.Folder, "programmed-report", "figures"), "*.svg").Select(Path.GetFileNameWithoutExtension).ToList();
        Assert.All(["metrics", "final-metric", "metric-curves", "metric-distribution", "metric-scatter"], figure => Assert.Contains(figure, figures));
        Assert.Contains("x = 0.75 gives the highest accuracy, 0.75, at a validation loss of 0.75", await File.ReadAllTextAsync(Path.Combine(store.Folder, "programmed-report", "index.html")));
        Assert.Equal("0.75", await store.QueryAsync("select max((metrics->>'accuracy')::float8) from trials where metrics ? 'accuracy'"));
    }

    /// <summary>The first sweep file of docs/programs.md and the program beside it, as a reader would save them.</summary>
    [Fact]
    public async Task What_the_manual_shows_works()
    {
        if (!File.Exists("/usr/bin/python3"))
        {
            Console.Error.WriteLine("skipped: the program of docs/programs.md needs Debian's python3: apt-get install python3");
            return;
        }
        var manual = await File.ReadAllTextAsync(Path.Combine(Root, "docs", "programs.md"));
        string Block(string language) => Regex.Match(manual, $"```{language}\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        await File.WriteAllTextAsync(Path.Combine(store.Folder, "train.py"), Block("python"));

        var run = await store.RunAsync("run", store.Write("manual", Block("yaml").Replace("cores: 2", "cores: 1").Replace("[python3,", "[/usr/bin/python3,")));

        Assert.True(run.Code == 0, run.Error);
        Assert.Equal("6,120,0", await store.QueryAsync("select count(distinct t.id), count(*), min(t.attempts) - 1 from trials t join sweeps s on s.id = t.sweep and s.name = 'manual' join metrics m on m.trial = t.id and m.name = 'accuracy'"));
    }

    [Fact]
    public async Task A_log_is_printed_as_it_was_and_one_that_is_not_there_says_why()
    {
        Assert.Equal(0, (await store.RunAsync("run", store.Write("logged", Yaml))).Code);
        var log = await store.RunAsync("logs", "logged/1");
        Assert.Equal((0, "to the log \e[31m 0.75\n"), (log.Code, log.Output));
        var none = await store.RunAsync("logs", "logged/1", "--attempt", "7");
        Assert.Equal(2, none.Code);
        Assert.Contains("has no log of attempt 7: it is Completed after 1 attempt", none.Error);
    }

    [Fact]
    public async Task A_failed_program_is_an_exit_code_and_a_reason()
    {
        var run = await store.RunAsync("run", store.Write("failing", "trainer: {command: [sh, -c, 'echo \"cannot read data\"; exit 7']}"));
        Assert.Equal(1, run.Code);
        Assert.Contains("the program ended with exit code 7; its last words: cannot read data", run.Output + run.Error);
    }

    [Fact]
    public async Task What_cannot_be_done_with_a_program_says_so()
    {
        Assert.Equal(0, (await store.RunAsync("run", store.Write("unverified", Yaml))).Code);
        var verify = await store.RunAsync("verify", "unverified");
        Assert.Equal(2, verify.Code);
        Assert.Contains("was trained by a program, and only it knows whether it does the same twice", verify.Error);

        var wide = await store.RunAsync("run", store.Write("wide", Yaml.Replace("trainer: {", "trainer: {cores: 64, ")), "--slots", "4");
        Assert.Equal((2, ""), (wide.Code, wide.Output));
        Assert.StartsWith("sweep: trainer.cores: a trial takes 64 slots, and this machine gives 4; lower it, or raise --slots", wide.Error);
    }

    [Fact]
    public async Task On_a_shared_store_nothing_is_started_without_leave_and_nothing_launched_that_fits_nowhere()
    {
        var file = store.Write("shared", Yaml);
        var id = (await store.RunAsync("launch", file, "--store", store.File)).Output.Trim();
        var refused = await store.RunAsync("resume", id, "--store", store.File);
        Assert.Equal(2, refused.Code);
        Assert.Contains("is trained by a program, and may be another person's", refused.Error);
        var allowed = await store.RunAsync("resume", id, "--store", store.File, "--allow-command", "sh");
        Assert.True(allowed.Code == 0, allowed.Error);

        var silo = store.Start("silo", "--store", store.File, "--slots", "2");
        try
        {
            await silo.LineAsync(line => line.Contains(" joined ", StringComparison.Ordinal));
            var wide = await store.RunAsync("launch", store.Write("gang", Yaml.Replace("trainer: {", "trainer: {cores: 3, ")), "--store", store.File);
            Assert.Equal((2, ""), (wide.Code, wide.Output));
            Assert.Contains("trainer.cores: a trial takes 3 slots, and the largest silo of this store has 2", wide.Error);
        }
        finally
        {
            silo.Kill();
        }
    }

    [Fact]
    public async Task A_trainer_from_an_assembly_is_compiled_and_trains()
    {
        // Beside the checkout's own outputs, which another test may be using.
        var output = Path.Combine(store.Folder, "trainer");
        var built = await Processes.RunAsync("dotnet", "build", Path.Combine(Root, "examples", "trainer"), "-c", "Release", "--nologo", "-v", "q", "-p:BuildProjectReferences=false", "-o", output);
        Assert.True(built.Code == 0, built.Text);
        var assembly = Path.Combine(output, "SweepCluster.PolynomialTrainer.dll");
        Assert.False(File.Exists(Path.Combine(output, "SweepCluster.Training.dll")), "the seam is the silo's own");
        var yaml = (await File.ReadAllTextAsync(Path.Combine(Root, "examples", "trainer", "polynomial.yaml"))).Replace("../../artifacts/bin/PolynomialTrainer/release/SweepCluster.PolynomialTrainer.dll", assembly);

        var run = await store.RunAsync("run", store.Write("polynomial", yaml));
        Assert.True(run.Code == 0, run.Error);
        const string ofIt = "trials t join sweeps s on s.id = t.sweep and s.name = 'polynomial'";
        Assert.Equal("3,13,3", await store.QueryAsync($"select count(*), min(cardinality(parameters)), count(distinct theta_sha256) from {ofIt} join snapshots p on p.trial = t.id and p.epoch = 100"));
        Assert.Equal("true", await store.QueryAsync($"select bool_and(l.training < f.training) from {ofIt} join losses l on l.trial = t.id and l.epoch = 100 join losses f on f.trial = t.id and f.epoch = 1"));

        // Built again over the same file while it is in use: what was loaded goes on, and the next trial has the new one.
        var content = await File.ReadAllBytesAsync(assembly);
        var named = new AssemblySpecification(assembly, "PolynomialTrainer.Trainer");
        var loaded = AssemblyTrainers.Load(named).Trainer!;
        await File.WriteAllTextAsync(assembly, "half written");
        Assert.Equal("polynomial", loaded.Name);
        Assert.Contains("cannot be loaded as a .NET assembly", AssemblyTrainers.Load(named).Problem);
        await File.WriteAllBytesAsync(assembly, content);
        Assert.Null(AssemblyTrainers.Load(named).Problem);

        foreach (var (wrong, reason) in new[]
        {
            (yaml.Replace("PolynomialTrainer.Trainer", "PolynomialTrainer.Session"), "does not implement SweepCluster.Training.ITrainer of this version of the program"),
            (yaml.Replace("PolynomialTrainer.Trainer", "PolynomialTrainer.Missing"), "has no type 'PolynomialTrainer.Missing'; give its whole name, with its namespace"),
            (yaml.Replace(assembly, Path.Combine(store.Folder, "polynomial.yaml")), "cannot be loaded as a .NET assembly"),
            (yaml.Replace(assembly, "missing.dll"), "trainer.assembly: no such file on this silo: .*missing.dll"),
        })
        {
            var failed = await store.RunAsync("run", store.Write("polynomial-wrong", wrong));
            Assert.Equal(1, failed.Code);
            Assert.Matches(reason, failed.Output + failed.Error);
        }
    }

    [Fact]
    public async Task A_whole_sweep_of_a_program_travels_with_its_metrics_and_logs()
    {
        Assert.Equal(0, (await store.RunAsync("run", store.Write("travelling", Yaml))).Code);
        Assert.Equal(0, (await store.RunAsync("export", "travelling", "--out", "travelling.sweep")).Code);
        var before = await store.QueryAsync("select count(*), sum(value) from metrics");
        Assert.Equal(0, (await store.RunAsync("rm", "travelling", "--yes")).Code);
        Assert.NotEqual(before, await store.QueryAsync("select count(*), sum(value) from metrics"));
        Assert.Equal(0, (await store.RunAsync("import", "travelling.sweep")).Code);
        Assert.Equal(before, await store.QueryAsync("select count(*), sum(value) from metrics"));
        Assert.Equal("to the log \e[31m 0.75\n", (await store.RunAsync("logs", "travelling/1")).Output);
    }

    private static string Root
    {
        get
        {
            var root = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(root, "SweepCluster.sln"))) root = Path.GetDirectoryName(root)!;
            return root;
        }
    }
}
