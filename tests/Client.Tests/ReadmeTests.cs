using System.Diagnostics;
using System.Text.RegularExpressions;
using Npgsql;
using SweepCluster.Store.Embedded;

namespace SweepCluster.Client.Tests;

/// <summary>Runs the README's console blocks, one after another in one shell, and compares what they print.</summary>
public sealed partial class ReadmeTests : IAsyncLifetime
{
    private readonly string _home = Path.Combine(Path.GetTempPath(), "sweep-readme-" + Guid.NewGuid().ToString("N")[..8]);
    private string _root = "";

    public Task InitializeAsync()
    {
        _root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(_root, "SweepCluster.sln"))) _root = Path.GetDirectoryName(_root)!;
        Directory.CreateDirectory(_home);
        File.SetUnixFileMode(_home, (UnixFileMode)0b111_101_101); // root's helper user passes through
        // The reader of the README stands in the checkout; here the folder is one that may be written to.
        foreach (var entry in (string[])["sweep", "examples"]) File.CreateSymbolicLink(Path.Combine(_home, entry), Path.Combine(_root, entry));
        return Task.CompletedTask;
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_home, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Its_commands_print_what_it_shows()
    {
        await using var server = await PrivatePostgres.StartAsync(PrivatePostgresOptions.FromEnvironment() with { Home = Path.Combine(_home, "cluster") });
        var environment = new Dictionary<string, string> { ["SWEEP_HOME"] = Path.Combine(_home, "private") };
        var readme = await File.ReadAllTextAsync(Path.Combine(_root, "README.md"));
        foreach (var (command, shown) in Commands(readme))
        {
            if (command.StartsWith("export SWEEP_STORE=", StringComparison.Ordinal))
            {
                environment["SWEEP_STORE"] = Url(server);
                continue;
            }
            var printed = command switch
            {
                "./sweep silo" => await RunSiloAsync(environment),
                "./sweep reports" => await RunReportsAsync(environment),
                _ => await RunAsync(command, environment),
            };
            if (Approving) readme = Accept(readme, shown, printed);
            else AssertShown(shown, printed, command);
        }
        if (Approving) await File.WriteAllTextAsync(Path.Combine(_root, "README.md"), readme);
        await AssertPictureAsync("docs/figures/l2/densities.svg", Directory.GetDirectories(Path.Combine(_home, "reports")).Single());
    }

    [Fact]
    public async Task The_tutorial_s_commands_print_what_it_shows()
    {
        await using var server = await PrivatePostgres.StartAsync(PrivatePostgresOptions.FromEnvironment() with { Home = Path.Combine(_home, "private") });
        var environment = new Dictionary<string, string> { ["SWEEP_HOME"] = Path.Combine(_home, "private") };
        var tutorial = await File.ReadAllTextAsync(Path.Combine(_root, "docs", "tutorial.md"));
        await File.WriteAllTextAsync(Path.Combine(_home, "map.yaml"), Regex.Match(tutorial, "(?<=```yaml\n).*?(?=```)", RegexOptions.Singleline).Value);

        var commands = Commands(tutorial).ToList();

        Assert.NotEmpty(commands);
        foreach (var (command, shown) in commands) AssertShown(shown, await RunAsync(command, environment), command);
    }

    /// <summary>The README's picture is the one that its first command draws, byte for byte; SWEEP_APPROVE=1 accepts a new one, and new numbers.</summary>
    private async Task AssertPictureAsync(string picture, string report)
    {
        var approved = Path.Combine(_root, picture);
        var drawn = Path.Combine(report, "figures", Path.GetFileName(picture));
        if (Approving) File.Copy(drawn, approved, overwrite: true);
        Assert.Equal(await File.ReadAllTextAsync(approved), await File.ReadAllTextAsync(drawn));
    }

    private static bool Approving => Environment.GetEnvironmentVariable("SWEEP_APPROVE") == "1";

    /// <summary>The README with the lines it shows, before and after an ellipsis, as they were printed now.</summary>
    private static string Accept(string readme, List<string> shown, string printed)
    {
        if (shown.Count == 0) return readme;
        var lines = printed.TrimEnd('\n').Split('\n');
        var ellipsis = shown.IndexOf("...");
        var now = ellipsis < 0 ? lines : [.. lines.Take(ellipsis), "...", .. lines.TakeLast(shown.Count - ellipsis - 1)];
        return readme.Replace(string.Join('\n', shown), string.Join('\n', now), StringComparison.Ordinal);
    }

    private static IEnumerable<(string Command, List<string> Shown)> Commands(string readme)
    {
        (string Command, List<string> Shown)? current = null;
        foreach (var line in ConsoleBlock().Matches(readme).SelectMany(block => block.Groups["text"].Value.TrimEnd().Split('\n')))
        {
            if (line.StartsWith("$ ", StringComparison.Ordinal))
            {
                if (current is { } done) yield return done;
                current = (line[2..], []);
            }
            else
            {
                current!.Value.Shown.Add(line);
            }
        }
        if (current is { } last) yield return last;
    }

    /// <summary>Every shown line stands in the output, in that order; without an ellipsis nothing stands between them.</summary>
    private static void AssertShown(List<string> shown, string printed, string command)
    {
        var lines = printed.TrimEnd('\n').Split('\n').Select(Mask).ToList();
        var at = 0;
        var gap = false;
        foreach (var expected in shown)
        {
            if (expected == "...")
            {
                gap = true;
                continue;
            }
            var found = lines.FindIndex(at, line => line == Mask(expected));
            Assert.True(found >= 0 && (gap || found == at), $"the README shows for `{command}`\n  {expected}\nbut it printed\n{printed}");
            (at, gap) = (found + 1, false);
        }
        Assert.True(gap || at == lines.Count || shown.Count == 0, $"`{command}` prints more than the README shows:\n{printed}");
    }

    // Ids are drawn and seconds are the machine's; everything else is the same on every machine.
    private static string Mask(string line) =>
        Id().Replace(Seconds().Replace(Duration().Replace(line, "TIME"), "TIME"), "$1ID$2");

    private async Task<string> RunAsync(string command, Dictionary<string, string> environment)
    {
        using var process = Start("bash", ["-c", command + " 2>&1"], environment);
        var printed = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"`{command}` ended with {process.ExitCode}:\n{printed}");
        return printed;
    }

    private async Task<string> RunReportsAsync(Dictionary<string, string> environment)
    {
        // On a port that is free; what a person types has the service's own.
        using var reports = Start("./sweep", ["reports", "--urls", "http://127.0.0.1:0"], environment);
        var address = await reports.StandardOutput.ReadLineAsync() ?? "";
        using var client = new HttpClient();
        Assert.Contains("l2-visual-intuition", await client.GetStringAsync(new Uri(address)));
        using var interrupt = Start("bash", ["-c", $"kill -INT {reports.Id}"], environment);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await reports.WaitForExitAsync(patience.Token);
        return $"http://127.0.0.1:5050\n{await reports.StandardOutput.ReadToEndAsync()}";
    }

    private async Task<string> RunSiloAsync(Dictionary<string, string> environment)
    {
        using var silo = Start("./sweep", ["silo"], environment);
        var printed = silo.StandardOutput.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while ((await RunAsync("./sweep query --format csv 'select state from sweeps'", environment)).Trim() != "state\nCompleted")
            patience.Token.ThrowIfCancellationRequested();
        using var interrupt = Start("bash", ["-c", $"kill -INT {silo.Id}"], environment);
        await silo.WaitForExitAsync(patience.Token);
        return await printed;
    }

    private Process Start(string program, string[] arguments, Dictionary<string, string> environment)
    {
        // A shell that runs the tests in the background has them ignore SIGINT.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", program, .. arguments]) { WorkingDirectory = _home, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment.Remove("SWEEP_STORE");
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static string Url(PrivatePostgres server)
    {
        var address = new NpgsqlConnectionStringBuilder(server.Owner.ConnectionString);
        return $"postgresql://{address.Username}:{address.Password}@/{address.Database}?host={address.Host}";
    }

    [GeneratedRegex("```console\n(?<text>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex ConsoleBlock();

    [GeneratedRegex(@"\d+(\.\d+)? (ms|s|min)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Duration();

    [GeneratedRegex(@"(?<=^ .*  ) *\d+\.\d$")]
    private static partial Regex Seconds();

    // Where an id stands: "is ID:", "name-ID/", "show ID".
    [GeneratedRegex("(is |-|show )[0-9a-hjkmnp-tv-z]{8}(:|/|$)")]
    private static partial Regex Id();
}
