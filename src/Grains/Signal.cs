using System.Threading.Channels;

namespace SweepCluster.Grains;

/// <summary>Wakes one waiting loop; one waiting word says as much as many.</summary>
public sealed class Signal(TimeProvider time)
{
    private readonly Channel<bool> _words = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => _words.Writer.TryWrite(true);

    /// <summary>Until the word, the time, or the stop: whichever comes first, and none of them is an error.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken stop)
    {
        using var timer = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stop);
        try
        {
            await _words.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
