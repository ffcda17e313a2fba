using System.Diagnostics;

namespace SweepCluster.Client.Tests;

/// <summary>
/// The gallery under docs/figures is what the examples draw, byte for byte, from sweeps that were really trained. After a wanted
/// change run with SWEEP_APPROVE=1, look at what changed, commit it.
/// </summary>
public sealed class GalleryTests : IDisposable
{
    private readonly string _home = Path.Combine(Path.GetTempPath(), "sweep-gallery-" + Guid.NewGuid().ToString("N")[..8]);

    public static TheoryData<string> Examples =>
    [
        "plain", "l2", "dropout", "l2-and-dropout", "l2-spellings", "l1-sparsity", "keep-prob", "mc-dropout", "early-stopping", "augmentation", "as-published", "decay-on-the-bias",
    ];

    public void Dispose()
    {
        if (Directory.Exists(_home))
            Directory.Delete(_home, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task The_gallery_is_what_the_examples_draw(string example)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "SweepCluster.sln"))) root = Path.GetDirectoryName(root)!;
        var report = Path.Combine(_home, example);
        var start = new ProcessStartInfo(Path.Combine(root, "sweep"), ["run", Path.Combine(root, "examples", example + ".yaml"), "--out", report])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Remove("SWEEP_STORE");
        start.Environment["SWEEP_HOME"] = Path.Combine(_home, "private");
        using var sweep = Process.Start(start)!;
        var said = sweep.StandardError.ReadToEndAsync();
        await sweep.StandardOutput.ReadToEndAsync();
        await sweep.WaitForExitAsync();
        Assert.True(sweep.ExitCode == 0, await said);

        var gallery = Directory.GetFiles(Path.Combine(root, "docs", "figures", example), "*.svg");
        Assert.NotEmpty(gallery);
        foreach (var approved in gallery)
        {
            var drawn = Path.Combine(report, "figures", Path.GetFileName(approved));
            if (Environment.GetEnvironmentVariable("SWEEP_APPROVE") == "1")
                File.Copy(drawn, approved, overwrite: true);
            Assert.True(await File.ReadAllTextAsync(approved) == await File.ReadAllTextAsync(drawn), $"{approved} is not what {example}.yaml draws");
        }
    }
}
