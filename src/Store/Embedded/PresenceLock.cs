namespace SweepCluster.Store.Embedded;

/// <summary>
/// Advisory locks on files (flock), which the kernel drops when their holder dies. Opening for reading and sharing reads takes
/// a shared lock, opening without sharing an exclusive one.
/// </summary>
internal static class PresenceLock
{
    private const int WouldBlock = 11; // errno EWOULDBLOCK on Linux, which .NET keeps as the exception's HResult
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    internal static FileStream Share(string file)
    {
        File.Open(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
        return File.Open(file, FileMode.Open, FileAccess.Read, FileShare.Read);
    }

    internal static FileStream? TryExclusive(string file)
    {
        try
        {
            return File.Open(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            return null;
        }
    }

    /// <exception cref="PrivatePostgresException">Another process kept it for longer than <paramref name="patience"/>.</exception>
    internal static async Task<FileStream> ExclusiveAsync(string file, TimeSpan patience, CancellationToken cancel)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            if (TryExclusive(file) is { } taken) return taken;
            if (waited > patience)
                throw new PrivatePostgresException($"another process has been starting the store for {patience.TotalSeconds:0} s (it holds {file}): end it, then try again");
            await Task.Delay(Pause, cancel);
        }
    }
}
