using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using SweepCluster.Programs.Owning;

namespace SweepCluster.Programs.Tests;

/// <summary>Where this process may open no more files, nothing else of it may run: alone.</summary>
[CollectionDefinition(nameof(StarvedProgramTests), DisableParallelization = true)]
[Collection(nameof(StarvedProgramTests))]
public sealed class StarvedProgramTests
{
    private const int Files = 7; // RLIMIT_NOFILE

    [Fact]
    public void A_program_is_ended_though_no_file_can_be_opened_to_look_for_its_strays()
    {
        const string mark = "0123456789abcdef";
        var folder = Directory.CreateTempSubdirectory("sweep-programs-").FullName;
        var start = new ProgramStart(
            ["sh", "-c", "trap '' TERM; echo $$; while :; do sleep 1000; done"], folder,
            new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", [ProgramEnvironment.Mark] = mark }, mark);
        var limits = new ulong[2];
        Posix.Check(getrlimit(Files, limits), "getrlimit");
        var process = "";
        using (var keeper = new Keeper(folder, TimeSpan.FromSeconds(1)))
        using (var program = new OwnedProgram(start, keeper, TimeProvider.System))
        {
            try
            {
                Assert.ThrowsAny<IOException>(() => program.Run((part, isOutput) =>
                {
                    process = int.Parse(Encoding.ASCII.GetString(part.Span), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
                    Assert.True(isOutput);
                    _ = setrlimit(Files, [0, limits[1]]);
                    throw new InvalidOperationException("the listener failed");
                }, () => { }, TimeSpan.FromSeconds(10)));
            }
            finally
            {
                _ = setrlimit(Files, limits);
            }
        }
        // Neither running nor a zombie.
        Assert.NotEmpty(process);
        Assert.False(Directory.Exists($"/proc/{process}"));
        Directory.Delete(folder, recursive: true);
    }

#pragma warning disable IDE1006, SYSLIB1054, CA5392 // see Posix
    [DllImport("libc", SetLastError = true)] private static extern int getrlimit(int resource, [Out] ulong[] limits);
    [DllImport("libc")] private static extern int setrlimit(int resource, ulong[] limits);
#pragma warning restore IDE1006, SYSLIB1054, CA5392
}
