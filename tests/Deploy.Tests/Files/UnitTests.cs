using System.Diagnostics;
using SweepCluster.Deploy.Tests.Stores;
using SweepCluster.Store;

namespace SweepCluster.Deploy.Tests.Files;

/// <summary>
/// What each unit of systemd starts, started under what it allows: its user, no capabilities, its system calls and address families,
/// /proc without the others, a tree that is read-only, credentials that it alone reads. systemd itself is not needed for that.
/// </summary>
[Collection(OneSharedServer.Name)]
public sealed class UnitTests(SharedServer server) : IDisposable
{
    private readonly List<Process> _started = [];
    private string _complaints = "";

    public void Dispose() => _started.ForEach(p => p.Dispose());

    [UnitFact]
    public async Task Silo_and_service_work_under_the_restrictions_of_their_units()
    {
        var database = server.NewDatabase();
        await using var ledger = await server.OpenAsync(database);
        Assert.Equal(0, (await server.RunAsync(server.Url(database), "db", "roles")).Code);
        var login = server.NewLogin("sweep_silo");
        server.Execute("postgres", $"GRANT sweep_reader TO {login}");
        var sweep = await ledger.Launch.LaunchAsync(Sweeps.Short(4));

        var silo = Start("sweep-silo", server.Url(database, login));
        await Task.WhenAny(ledger.EndedAsync(sweep), silo.WaitForExitAsync());
        Assert.False(silo.HasExited, _complaints);
        Assert.Equal(4, await ledger.AskAsync<long>("select count(*) from trials where state = 'Completed'"));
        Assert.Equal(0, await StopAsync(silo));

        var reports = Start("sweep-reports", server.Url(database, login));
        using var http = new HttpClient { BaseAddress = new Uri(await reports.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException(_complaints)) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "drawn-for-this-test-0");
        Assert.Contains($"{sweep}", await http.GetStringAsync("/api/sweeps"));
        Assert.Equal(0, await StopAsync(reports));
    }

    private Process Start(string unit, string url)
    {
        var file = Path.Combine(Checkout.Root, $"deploy/systemd/{unit}.service");
        string Value(string name) => File.ReadLines(file).Single(l => l.StartsWith($"{name}=", StringComparison.Ordinal))[(name.Length + 1)..].Replace("%d", "/run/given", StringComparison.Ordinal);
        var words = Value("ExecStart").Replace(":5050", ":0", StringComparison.Ordinal).Replace("8081", "0", StringComparison.Ordinal);
        var start = new ProcessStartInfo("unshare", ["-m", "--propagation", "private", "sh", "-ceu", Tree, "sh",
            Image.Program, url, server.Root, file, Path.Combine(Checkout.Root, "tests/Deploy.Tests/Files/within_unit.py"), $"PATH=/usr/bin:/bin {Value("Environment")}", words])
        { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) => _complaints += line.Data + "\n";
        process.BeginErrorReadLine();
        _started.Add(process);
        return process;
    }

    // ProtectSystem=strict, PrivateTmp=, ProtectHome=, ProtectProc= and ProcSubset=, LoadCredential=.
    private const string Tree =
        """
        program=$1 url=$2 root=$3 unit=$4 within=$5 variables=$6 words=$7
        mount -t tmpfs -o mode=755 none /run
        cp "$unit" /run/unit.service
        cp "$within" /run/within_unit.py
        mkdir /run/given
        cp "$root" /run/given/root.crt
        printf %s "${url%%\?*}?sslmode=verify-full&sslrootcert=/run/given/root.crt" >/run/given/store
        printf 'launch:drawn-for-this-test-0\n' >/run/given/tokens
        chown -R 61234:61234 /run/given
        chmod 0400 /run/given/*
        mount -t tmpfs -o mode=755 none /usr/local/bin
        cp "$program" /usr/local/bin/sweep
        chmod 0555 /usr/local/bin/sweep
        mount -o remount,bind,ro /run
        mount -o remount,bind,ro /usr/local/bin
        mount -o remount,bind,ro /
        mount -t tmpfs -o mode=000 none /home
        mount -t tmpfs -o mode=1777 none /tmp
        cd /
        within="/usr/bin/python3 /run/within_unit.py /run/unit.service"
        mount -t proc -o subset=pid,hidepid=invisible none /proc
        exec env -i $variables $within $words
        """;

    private static async Task<int> StopAsync(Process process)
    {
        Shell.Signal("TERM", process.Id);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}

/// <summary>A test of the published program under a unit's restrictions; skipped, with the reason printed, where they cannot be had.</summary>
public sealed class UnitFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Reason = new(() =>
    {
        if (new PublishedFactAttribute().Skip is { } unpublished) return unpublished;
        if (Shell.Try("/usr/bin/python3", "-c", "import seccomp").Code != 0) return "python3-seccomp is not on this machine (Debian: apt-get install python3-seccomp)";
        if (Shell.Try("systemd-analyze", "syscall-filter", "@system-service").Code != 0) return "systemd-analyze is not on this machine (Debian: apt-get install systemd)";
        return Shell.Try("unshare", "-m", "mount", "-t", "proc", "-o", "subset=pid,hidepid=invisible", "none", "/proc") is { Code: not 0, Text: var refused } ? $"/proc cannot be mounted here ({refused})" : null;
    });

    public UnitFactAttribute()
    {
        Skip = Reason.Value;
        if (Skip is not null) Console.WriteLine($"skipped: {Skip}");
    }
}
