using System.Security.Cryptography;
using System.Text;
using SweepCluster.Programs.Owning;

namespace SweepCluster.Programs.Tests;

/// <summary>Real programs that behave as badly as programs do. Everything they start must be gone when they are.</summary>
public sealed class OwnedProgramTests : IDisposable
{
    private readonly Keeper _keeper = new(Directory.CreateTempSubdirectory("sweep-programs-").FullName, TimeSpan.FromSeconds(1));

    public void Dispose()
    {
        _keeper.Dispose();
        try
        {
            Directory.Delete(_keeper.Folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Where it had something to end, the keeper takes its folder along.
        }
    }

    [Fact]
    public void Arguments_arrive_as_they_are()
    {
        var (end, output, _) = Run("""for a in "$@"; do printf '[%s]' "$a"; done""", arguments: ["a b", "$HOME", "`id`", "", "*", "'\"", "θ"]);
        Assert.Equal("[a b][$HOME][`id`][][*]['\"][θ]", output);
        Assert.True(end.IsSuccess);
    }

    [Fact]
    public void It_leads_a_session_of_its_own_and_reads_nothing()
    {
        var (_, output, _) = Run("""ps -o pid=,pgid=,sid= -p $$ | tr -s ' '; cat; readlink /proc/$$/fd/0""");
        var lines = output.Trim().Split('\n');
        Assert.Single(lines[0].Trim().Split(' ').Distinct());
        Assert.Equal("/dev/null", lines[1]);
    }

    [Fact]
    public void Signals_that_this_process_ignores_do_what_they_do_elsewhere() => Assert.Equal(13, Run("kill -PIPE $$; echo survived").End.Signal);

    [Fact]
    public void It_sees_nothing_of_the_silo_but_what_any_program_needs()
    {
        var environment = ProgramEnvironment.Of(
            name => name switch { "PATH" => "/usr/bin:/bin", "HOME" => "/home/me", "SWEEP_STORE" => "postgresql://secret", "PGPASSWORD" => "secret", _ => null },
            new Dictionary<string, string> { ["MINE"] = "1", ["SWEEP_TRIAL"] = "forged" }, new Dictionary<string, string> { ["SWEEP_TRIAL"] = "7" }, 2);
        Assert.Equal(("1", "7", "2", "/home/me"), (environment["MINE"], environment["SWEEP_TRIAL"], environment["OMP_NUM_THREADS"], environment["HOME"]));
        Assert.DoesNotContain(environment, e => e.Value.Contains("secret"));
    }

    [Fact]
    public void A_program_that_is_missing_says_where_it_was_looked_for()
    {
        Assert.Equal("could not be started: trainer.command: no program 'pyhton3' in the silo's PATH (/usr/bin:/bin): install it on this machine, or name it with its path", Problem("pyhton3"));
        Assert.Equal("could not be started: trainer.command: no such program: /tmp/none/train", Problem("./train", directory: "/tmp/none/..", expected: "/tmp/none/train"));
        Assert.Equal("could not be started: trainer.directory: no such folder on this silo: /nowhere", Problem("true", directory: "/nowhere"));
        Assert.Contains("may not be executed: make it executable (chmod +x), or name the program that reads it first", Problem("/etc/passwd"));
    }

    [Theory]
    [InlineData("echo no shebang", "a script begins with #!")]
    [InlineData("#!/no/such/python\n", "the program in its first line, after #!, is not on this machine")]
    [InlineData("#!/bin/sh\r\necho\r\n", "or the line ends as Windows ends lines")]
    [InlineData("", "a script begins with #!")]
    public void A_script_without_a_first_line_that_helps_says_so(string text, string problem)
    {
        var script = Path.Combine(_keeper.Folder, "script");
        File.WriteAllText(script, text);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Contains(problem, Problem(script));
    }

    [Fact]
    public void A_folder_and_a_link_to_nowhere_are_no_programs()
    {
        Assert.Equal("could not be started: trainer.command: /etc is a folder, expected a program", Problem("/etc"));
        var link = Path.Combine(_keeper.Folder, "link");
        File.CreateSymbolicLink(link, link);
        Assert.Equal($"could not be started: trainer.command: no such program: {link}", Problem(link));
    }

    /// <summary>A descriptor without close-on-exec, as a shell leaves them to this process.</summary>
    [Fact]
    public void It_inherits_no_open_files()
    {
        var left = dup(Posix.OpenForReading("/etc/hostname"));
        try
        {
            Assert.DoesNotContain("/etc/hostname", Run("for f in /proc/$$/fd/*; do readlink $f; done").Output);
        }
        finally
        {
            Posix.Close(left);
        }
    }

    [Fact]
    public void All_its_processes_together_have_only_so_much_memory()
    {
        // Each holds 64 MB, as tail holds a line without an end: none of them alone is over the limit.
        var end = Run("for i in 1 2 3 4; do (head -c 64000000 /dev/zero; sleep 1000) | tail -n 1 > /dev/null & done; wait", memory: 200_000_000).End;
        Assert.Equal(Posix.SigKill, end.Signal);
        Assert.Matches(@"^had \d+ MiB of memory in \d+ processes, expected at most 190 MiB \(trainer\.memory\), and was ended$", end.Describe(null));
    }

    [Fact]
    public void Memory_that_its_processes_share_counts_once()
    {
        var end = Run("""exec perl -e '$x = "a" x 80_000_000; for (1..4) { if (!fork) { sleep 2; exit } } sleep 2'""", memory: 300_000_000).End;
        Assert.True(end.IsSuccess, end.Describe(null));
    }

    [Theory]
    [InlineData("exit 3", "ended with exit code 3")]
    [InlineData("kill -SEGV $$", "was killed by signal 11 (SIGSEGV)")]
    [InlineData("kill -KILL $$", "was killed by signal 9 (SIGKILL), as the system does where memory runs out")]
    public void Its_end_is_told_in_words(string script, string words) => Assert.Equal(words, Run(script).End.Describe(null));

    [Fact]
    public void A_gigabyte_passes_through_without_staying()
    {
        var bytes = 0L;
        var end = Program("head -c 1000000000 /dev/zero").Run((part, _) => bytes += part.Length, () => { }, TimeSpan.FromSeconds(1));
        Assert.True(end.IsSuccess);
        Assert.Equal(1_000_000_000, bytes);
    }

    [Fact]
    public void A_program_that_never_ends_is_ended()
    {
        var (end, _, _) = Run("trap 'echo terminated; exit 0' TERM; while :; do sleep 1000 & wait; done", timeout: TimeSpan.FromSeconds(0.3));
        Assert.True(end.TimedOut);
        Assert.Equal("ran for longer than its timeout of 0.3 s and was ended", end.Describe(TimeSpan.FromSeconds(0.3)));
    }

    [Fact]
    public void A_program_that_will_not_hear_is_killed_with_all_it_started()
    {
        var (end, output, _) = Run("trap '' TERM; sleep 1000 & echo $! $$; wait; wait", timeout: TimeSpan.FromSeconds(0.3));
        Assert.Equal(Posix.SigKill, end.Signal);
        Assert.All(output.Trim().Split(' '), process => Assert.True(IsGone(int.Parse(process))));
    }

    [Fact]
    public void A_program_that_forks_away_is_found_and_killed()
    {
        var (end, output, _) = Run("mkfifo away; setsid sh -c 'echo $$; echo > away; exec sleep 1000 >/dev/null 2>&1' & read -r gone < away");
        Assert.True(end.IsSuccess);
        Assert.Equal(1, end.Strays);
        Assert.Contains(end.Stray, (string[])["sh", "sleep"]); // it may be about to become the other
        Assert.True(IsGone(int.Parse(output.Trim())));
    }

    /// <summary>To the keeper a silo that closed the pipe and one that was killed are the same: the kernel closes it too.</summary>
    [Fact]
    public void Nothing_outlives_its_silo_and_nothing_is_left_on_its_disk()
    {
        var start = Start(["sh", "-c", "trap '' TERM; mkfifo $SWEEP_ATTEMPT/away; setsid sh -c 'trap \"\" TERM; echo $$; echo > $SWEEP_ATTEMPT/away; while :; do sleep 1000; done' & read -r gone < $SWEEP_ATTEMPT/away; echo $$; while :; do sleep 1000; done"]);
        Directory.CreateDirectory(Path.Combine(_keeper.Folder, start.Mark));
        var said = new StringBuilder();
        using var program = new OwnedProgram(start, _keeper, TimeProvider.System);
        var end = program.Run((part, _) =>
        {
            said.Append(Encoding.UTF8.GetString(part.Span));
            if (said.ToString().Count(c => c == '\n') == 2) _keeper.Dispose();
        }, () => { }, TimeSpan.FromSeconds(10));
        Assert.Equal(Posix.SigKill, end.Signal);
        Assert.All(said.ToString().Trim().Split('\n'), process => Assert.True(IsGone(int.Parse(process))));
        SpinWait.SpinUntil(() => !Directory.Exists(Path.Combine(_keeper.Folder, start.Mark)), TimeSpan.FromSeconds(30));
        Assert.False(Directory.Exists(Path.Combine(_keeper.Folder, start.Mark)));
    }

    [Fact]
    public void A_keeper_that_somebody_killed_is_followed_by_one_that_knows_as_much()
    {
        using var program = Program("trap '' TERM; echo ready; while :; do sleep 1000; done");
        var end = program.Run((_, _) =>
        {
            KillKeeper();
            Assert.True(Run("exit 0").End.IsSuccess);
            _keeper.Dispose();
        }, () => { }, TimeSpan.FromSeconds(10));
        Assert.Equal(Posix.SigKill, end.Signal);
    }

    [Fact]
    public void A_keeper_that_somebody_kills_while_a_program_starts_is_followed_too()
    {
        var start = Start(["sh", "-c", "trap '' TERM; echo $$; while :; do sleep 1000; done"]);
        using var program = new OwnedProgram(start, _keeper, TimeProvider.System);
        var end = program.Run((part, _) =>
        {
            KillKeeper();
            _keeper.Know(start.Mark, int.Parse(Encoding.UTF8.GetString(part.Span)));
            _keeper.Dispose();
        }, () => { }, TimeSpan.FromSeconds(10));
        Assert.Equal(Posix.SigKill, end.Signal);
    }

    private void KillKeeper()
    {
        var keeper = int.Parse(Directory.GetDirectories("/proc").Select(Path.GetFileName).First(IsKeeper)!);
        Posix.Signal(keeper, Posix.SigKill);
        Assert.True(IsGone(keeper));

        bool IsKeeper(string? process)
        {
            try
            {
                return int.TryParse(process, out _) && File.ReadAllText($"/proc/{process}/cmdline").Contains($"sweep-keeper\0{_keeper.Folder}\0", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    [Fact]
    public void A_program_that_closes_its_output_is_waited_for_until_it_ends()
    {
        var (end, output, _) = Run("echo before; exec >&- 2>&-; sleep 0.3; exit 4");
        Assert.Equal(("before", 4), (output.Trim(), end.ExitCode));
    }

    [Fact]
    public void Somebody_else_may_ask_it_to_stop()
    {
        using var program = Program("trap 'echo saved; exit 0' TERM; echo ready; while :; do sleep 1000 & wait; done");
        var said = new StringBuilder();
        var end = program.Run((part, _) =>
        {
            said.Append(Encoding.UTF8.GetString(part.Span));
            if (said.ToString().Contains("ready")) program.Terminate();
        }, () => { }, TimeSpan.FromSeconds(10));
        Assert.Equal(("ready\nsaved\n", 0), (said.ToString(), end.ExitCode));
    }

    [Fact]
    public void It_may_allocate_only_so_much() =>
        Assert.NotEqual(0, Run("exec /usr/bin/awk 'BEGIN { s = \"x\"; while (length(s) < 400000000) s = s s; print length(s) }'", memory: 100_000_000).End.ExitCode);

    [Fact]
    public void Both_streams_are_told_apart()
    {
        var (_, output, error) = Run("echo out; echo err >&2");
        Assert.Equal(("out\n", "err\n"), (output, error));
    }

    private (ProgramEnd End, string Output, string Error) Run(string script, string[]? arguments = null, TimeSpan? timeout = null, long? memory = null)
    {
        var (output, error) = (new StringBuilder(), new StringBuilder());
        using var program = Program(script, arguments, timeout, memory);
        var end = program.Run((part, isOutput) => (isOutput ? output : error).Append(Encoding.UTF8.GetString(part.Span)), () => { }, TimeSpan.FromSeconds(10));
        return (end, output.ToString(), error.ToString());
    }

    private OwnedProgram Program(string script, string[]? arguments = null, TimeSpan? timeout = null, long? memory = null) =>
        new(Start(["sh", "-c", script, "sh", .. arguments ?? []]) with { Timeout = timeout, Memory = memory, Grace = TimeSpan.FromSeconds(0.3) }, _keeper, TimeProvider.System);

    private ProgramStart Start(string[] command, string? directory = null)
    {
        var mark = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        return new ProgramStart(command, directory ?? _keeper.Folder, new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", [ProgramEnvironment.Mark] = mark }, mark);
    }

    private string Problem(string program, string? directory = null, string? expected = null)
    {
        if (expected is not null) Directory.CreateDirectory(directory = Path.GetDirectoryName(expected)!);
        using var owned = new OwnedProgram(Start([program], directory), _keeper, TimeProvider.System);
        return owned.Run((_, _) => { }, () => { }, TimeSpan.FromSeconds(1)).Describe(null);
    }

    // Killed is not yet dead: the kernel says when.
    private static bool IsGone(int process)
    {
        var end = Posix.EndOf(process);
        if (end < 0) return true;
        var entries = new[] { new Posix.PollEntry { Descriptor = end, Events = Posix.PollIn } };
        Posix.Poll(entries, 30_000);
        Posix.Close(end);
        return entries[0].Found != 0;
    }

#pragma warning disable IDE1006, SYSLIB1054, CA5392 // a descriptor that programs would inherit: .NET makes none
    [System.Runtime.InteropServices.DllImport("libc")] private static extern int dup(int descriptor);
#pragma warning restore IDE1006, SYSLIB1054, CA5392
}
