using System.Security.Cryptography;
using Xunit.Abstractions;

namespace SweepCluster.Cluster.Tests.Machines;

/// <summary>Where a test's accidents come from: printed, and taken from SWEEP_CHAOS_SEED to repeat a run. SWEEP_CHAOS=long runs the long variants.</summary>
internal static class Seed
{
    public static bool IsLong => Environment.GetEnvironmentVariable("SWEEP_CHAOS") == "long";

    public static (int Number, System.Random Random) Draw(ITestOutputHelper output)
    {
        var number = int.TryParse(Environment.GetEnvironmentVariable("SWEEP_CHAOS_SEED"), out var given) ? given : RandomNumberGenerator.GetInt32(1, 1_000_000);
        output.WriteLine($"seed {number}{(IsLong ? ", long" : ", short; SWEEP_CHAOS=long runs more rounds")}");
        Console.WriteLine($"chaos: seed {number}{(IsLong ? ", long" : ", short (SWEEP_CHAOS=long runs more rounds)")}");
        return (number, new System.Random(number));
    }
}
