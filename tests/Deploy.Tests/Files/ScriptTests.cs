using System.Text.RegularExpressions;

namespace SweepCluster.Deploy.Tests.Files;

/// <summary>A test of files that a program of the machine judges; skipped, with the reason printed, where it is not there.</summary>
public sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(string tool)
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, tool))))
            Skip = $"{tool} is not on this machine (Debian: apt-get install {tool switch { "systemd-analyze" => "systemd", "promtool" => "prometheus", _ => tool }})";
        if (Skip is not null) Console.WriteLine($"skipped: {Skip}");
    }
}

/// <summary>Scripts and units, judged by the programs that will read them.</summary>
public sealed class ScriptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sweep-scripts-").FullName;

    private static IReadOnlyList<string> Scripts => [.. Checkout.Files.Where(f => f is "sweep" or "test" or ".ci/run" || f.EndsWith(".sh"))];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_script_is_one_to_bash() =>
        Assert.All(Scripts, script => Assert.Equal((0, ""), Shell.Try("bash", "-n", Path.Combine(Checkout.Root, script))));

    [ToolFact("shellcheck")]
    public void No_script_of_deployment_has_a_known_mistake()
    {
        var ours = Scripts.Where(s => (s.StartsWith("deploy/") && !s.StartsWith("deploy/setup/")) || s.StartsWith("tests/soak/"));
        Assert.All(ours, script => Assert.Equal((0, ""), Shell.Try("sh", "-c", $"cd '{Checkout.Root}' && shellcheck -x '{script}'")));
    }

    [ToolFact("systemd-analyze")]
    public void Every_unit_is_one_to_systemd_and_is_exposed_to_little()
    {
        foreach (var unit in Checkout.Files.Where(f => f.EndsWith(".service")))
        {
            // The program need not be installed here for its unit to be right.
            var copy = Path.Combine(_folder, Path.GetFileName(unit));
            File.WriteAllText(copy, Regex.Replace(Checkout.Read(unit), "/usr/local/bin/sweep(?= )", "/bin/true"));
            Assert.Equal((0, ""), Shell.Try("systemd-analyze", "verify", copy));
            // Of 100: 14 when this was written; a unit without any protection has 96.
            var (code, text) = Shell.Try("systemd-analyze", "security", "--offline=true", "--threshold=20", copy);
            Assert.True(code == 0, text);
        }
    }

    [Fact]
    public void A_slurm_job_starts_the_silo_in_its_own_place_with_its_cores()
    {
        var program = Path.Combine(_folder, "sweep");
        File.WriteAllText(program, "#!/bin/sh\necho \"$PPID $$ $SWEEP_STORE_FILE $*\"\n");
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        var store = Path.Combine(_folder, "store");
        File.WriteAllText(store, "postgresql://rack:secret@db/sweeps");
        var script = Path.Combine(Checkout.Root, "deploy/slurm/sweep-silo.sh");

        var (code, said) = Shell.Try("sh", "-c", $"SWEEP={program} SWEEP_STORE_FILE={store} SLURM_CPUS_PER_TASK=16 exec bash {script}");
        Assert.Equal(0, code);
        Assert.EndsWith($"{store} silo --slots 16 --idle 600 --log-format json", said);
        Assert.Equal((2, $"sweep-silo: no file {_folder}/nowhere: write the store's address into it (chmod 600), or name another in SWEEP_STORE_FILE"),
            Shell.Try("sh", "-c", $"SWEEP={program} SWEEP_STORE_FILE={_folder}/nowhere bash {script}"));
        Assert.Contains("#SBATCH --signal=B:TERM@30", Checkout.Read("deploy/slurm/sweep-silo.sh"));
    }

    [Fact]
    public void Secrets_are_drawn_once_and_for_their_owner_alone()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "deploy"));
        var script = Path.Combine(_folder, "deploy", "secrets.sh");
        File.WriteAllText(script, Checkout.Read("deploy/secrets.sh"));
        string[] Drawn() => [.. Directory.EnumerateFiles(Path.Combine(_folder, "deploy", "secrets")).Order(StringComparer.Ordinal).Select(File.ReadAllText)];

        var (code, said) = Shell.Try("bash", script, "db.example", "sslmode=verify-full");
        Assert.True(code == 0, said);
        var first = Drawn();
        Assert.Equal(0, Shell.Try("bash", script).Code);

        Assert.Equal(first, Drawn());
        Assert.Equal(5, first.Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(_folder, "deploy", "secrets")));
        var address = Store.StoreAddress.Parse(File.ReadAllText(Path.Combine(_folder, "deploy", "secrets", "silo_store")));
        Assert.Equal("postgresql://rack@db.example:5432/sweeps", $"{address}");
        Assert.DoesNotContain(first[0], said);
    }
}
