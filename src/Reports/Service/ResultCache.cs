using Microsoft.Extensions.Caching.Memory;
using SweepCluster.Reports.Rows;

namespace SweepCluster.Reports.Service;

/// <summary>
/// Keeps what was drawn a moment ago: a hundred watchers of a sweep cost what one does, and the process stays small. What can
/// still change is kept for two seconds, what cannot until it is pushed out. Of the same thing at the same time one is made.
/// </summary>
internal sealed class ResultCache(CancellationToken stopping) : IDisposable
{
    private const long MostBytes = 64L << 20;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly MemoryCache _made = new(new MemoryCacheOptions { SizeLimit = MostBytes, CompactionPercentage = 0.25 });
    private readonly Dictionary<string, Task> _making = [];

    // Each making may hold a large sweep's columns: no more at a time than there are cores to work on them.
    private readonly SemaphoreSlim _workers = new(Math.Max(2, Environment.ProcessorCount));

    /// <summary>The part of a key that changes when the sweep does.</summary>
    public static string Version(ListedSweep sweep) => $"{sweep.Id} {sweep.State} {sweep.Completed} {sweep.Failed} {sweep.FinishedAt?.Ticks}";

    /// <param name="inside">Called while something else is being made, whose place it takes: it must not wait for another.</param>
    public async Task<T> GetAsync<T>(string key, bool isFinal, Func<CancellationToken, Task<T>> make, Func<T, long> bytes, CancellationToken ct, bool inside = false)
    {
        if (_made.TryGetValue(key, out T? known))
            return known!;
        Task<T> making;
        lock (_making)
        {
            if (_making.TryGetValue(key, out var running))
                making = (Task<T>)running;
            else
                _making[key] = making = Task.Run(() => MakeAsync(key, isFinal, inside ? make : token => WorkAsync(make, token), bytes), stopping);
        }

        // Who leaves does not take it away from the others who wait for it.
        return await making.WaitAsync(ct);
    }

    /// <summary>For what is too large to keep: bounded like everything else that is made.</summary>
    public async Task<T> WorkAsync<T>(Func<CancellationToken, Task<T>> make, CancellationToken ct)
    {
        await _workers.WaitAsync(ct);
        try
        {
            return await make(ct);
        }
        finally
        {
            _workers.Release();
        }
    }

    public void Put<T>(string key, bool isFinal, T made, Func<T, long> bytes)
    {
        var entry = new MemoryCacheEntryOptions { Size = key.Length + bytes(made) };
        if (isFinal)
            entry.SlidingExpiration = Kept;
        else
            entry.AbsoluteExpirationRelativeToNow = Fresh;
        _made.Set(key, made, entry);
    }

    public void Dispose()
    {
        _made.Dispose();
        _workers.Dispose();
    }

    private async Task<T> MakeAsync<T>(string key, bool isFinal, Func<CancellationToken, Task<T>> make, Func<T, long> bytes)
    {
        try
        {
            var made = await make(stopping);
            Put(key, isFinal, made, bytes);
            return made;
        }
        finally
        {
            lock (_making)
                _making.Remove(key);
        }
    }
}
