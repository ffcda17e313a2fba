using System.Diagnostics;
using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Tests;

public sealed class SameBitsTests
{
    public static TheoryData<string> Names => [.. SmallTrials.All().Select(trial => trial.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_trial_has_one_hash_at_every_vector_width(string name)
    {
        var (_, plan, data) = SmallTrials.All().Single(trial => trial.Name == name);
        var hashes = Enum.GetValues<LaneWidth>().Select(width => SmallTrials.Hash(plan, data, width));
        Assert.Single(hashes.Distinct());
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableAVX")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task A_process_without_these_instructions_gives_the_same_hashes(string instructions)
    {
        var here = new StringWriter();
        SmallTrials.PrintHashes(here);
        Assert.Equal(here.ToString(), await HashesWithout(instructions));
    }

    // Written down once: a change of these bits breaks every stored hash, so it must be a decision, never an accident.
    [Theory]
    [InlineData(0, 0, TrainingPath.Plain, "8ff1cacae2abe0b73b734ff8508935b3dedbe4002544e29f126e945e63e3cc66")]
    [InlineData(0.2, 0, TrainingPath.Plain, "0b3cfe0cd78c0baa0eef9ad1009cafae8a4d38871abd77c3c006da254c33ad47")]
    [InlineData(0, 0.01f, TrainingPath.Plain, "24f2206f080ff031fa7d35e5a69cce8ce807b075f7565f153f94228a239158a4")]
    [InlineData(0, 0, TrainingPath.Default, "ad57864b7e8af36ff7eec7b562c513d4d5c71a3b8afa6fec0bb5780ba9ca9f86")]
    [InlineData(0.2, 0, TrainingPath.Default, "b2472a89f283614619e9900065679a93c1c6dca054722233a9f560283c2f2923")]
    [InlineData(0, 0.01f, TrainingPath.Default, "8c685a08bcc0d15ffb48a02d7e9b44eb5cf39e273f3ebdd794addd6a5db552cf")]
    public void The_notebooks_trials_keep_their_hashes(double dropout, float l2, TrainingPath path, string hash)
    {
        var session = TrainingSession.Start(Plans.Of(Plans.Notebook, 50, l2: l2, dropout: dropout) with { Path = path }, Oscillation.Create(Plans.Article()));
        while (!session.IsFinished) session.RunEpoch();
        Assert.Equal(hash, ParameterHash.Sha256(session.Parameters()));
    }

    public static TheoryData<string, string> Hashes => new()
    {
        { "adamw", "21d04a72b1779df0964997f4580afe0d138b32d413c95cd47e55eb1a25968310" },
        { "nesterov", "96a02e10dc97b26e182b824332d3d591b6802c106807ca0ead149413790ca06c" },
        { "rmsprop with momentum", "cf9b805aa41d9ccd7aceaba7d240a901322494049fbec572528058344d33187a" },
    };

    [Theory]
    [MemberData(nameof(Hashes))]
    public void Trials_of_other_optimizers_keep_their_hashes(string optimizer, string hash)
    {
        var plan = Plans.Of(Plans.Notebook, 10, l2: 1e-4f) with
        {
            Optimizer = OptimizerTests.Named(optimizer),
            Schedule = new CosineSchedule(0.05) { Warmup = 0.5 },
            ClipNorm = 0.5f,
            Loss = LossPlan.Huber(0.1f),
            Path = TrainingPath.Plain,
        };
        var session = TrainingSession.Start(plan, Oscillation.Create(Plans.Article()));
        while (!session.IsFinished) Assert.True(session.RunEpoch().IsFinite);
        Assert.Equal(hash, ParameterHash.Sha256(session.Parameters()));
    }

    // As slots of a silo train: side by side, each trial wherever a thread is free.
    [Fact]
    public void Trials_side_by_side_have_the_hashes_they_have_alone()
    {
        var trials = SmallTrials.All().ToArray();
        string[] HashesOn(int slots)
        {
            var hashes = new string[trials.Length];
            Parallel.For(0, trials.Length, new ParallelOptions { MaxDegreeOfParallelism = slots }, i =>
                hashes[i] = SmallTrials.Hash(trials[i].Plan, trials[i].Data, LaneWidths.Best));
            return hashes;
        }

        var alone = HashesOn(1);
        foreach (var slots in (int[])[2, 3, 8]) Assert.Equal(alone, HashesOn(slots));
    }

    private static async Task<string> HashesWithout(string instructions)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { "exec", typeof(SmallTrials).Assembly.Location, "hash" },
            Environment = { [instructions] = "0" },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
