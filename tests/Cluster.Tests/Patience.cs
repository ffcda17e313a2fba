using System.Diagnostics;
using SweepCluster.Contracts;
using SweepCluster.Store;
using SweepCluster.Store.Tests;

namespace SweepCluster.Cluster.Tests;

/// <summary>Waits for what the store says, by asking it; no test sleeps for a guessed time.</summary>
internal static class Patience
{
    // Only a test that fails waits so long.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>A limit in milliseconds, three times as long where other tests and builds share the cores; SWEEP_STRICT=1 takes it as it is.</summary>
    public static long Busy(long milliseconds) => Environment.GetEnvironmentVariable("SWEEP_STRICT") == "1" ? milliseconds : 3 * milliseconds;

    public static async Task BecomesAsync(this Ledger ledger, string sql, TimeSpan? longest = null)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await ledger.AskAsync<bool>(sql)) return;
            }
            catch (Exception e) when (StoreFailures.IsPassing(e) && waited.Elapsed < (longest ?? Longest))
            {
                // The test took the server away.
            }
            if (waited.Elapsed > (longest ?? Longest)) throw new TimeoutException($"not true after {waited.Elapsed.TotalSeconds:0} s: {sql}");
            await Task.Delay(50);
        }
    }

    public static Task EndedAsync(this Ledger ledger, SweepId sweep, TimeSpan? longest = null) =>
        ledger.BecomesAsync($"select not exists (select from trials where sweep = '{sweep}' and state in ('Pending', 'Running'))", longest);
}
