using SweepCluster.Grains.Rules;
using SweepCluster.Programs.Keeping;

namespace SweepCluster.Grains.Programs;

/// <summary>
/// When a program's checkpoint folder goes to the store: now and then after an epoch, as our own trainers' do, and sooner where the
/// program says that the folder is whole. A packed folder waits until all has been heard that was printed meanwhile: it may be of an
/// epoch whose report was still on its way.
/// </summary>
internal sealed class CheckpointKeeping(string folder, GrainOptions options, TimeProvider time)
{
    private long _last = time.GetTimestamp();
    private TimeSpan _cost;
    private int _print;
    private bool _reported;
    private bool _asked;
    private byte[]? _packed;

    /// <summary>Why the folder cannot be kept.</summary>
    public string? Problem { get; private set; }

    public void Reported() => _reported = true;

    public void Asked() => _asked = true;

    /// <summary>To be called once all is heard that was printed so far.</summary>
    /// <returns>A folder that was packed before and may go to the store now.</returns>
    public byte[]? Take(int epoch)
    {
        if (_packed is { } packed)
        {
            _packed = null;
            return packed;
        }
        if (epoch > 0 && IsDue) Pack();
        return null;
    }

    private bool IsDue => Problem is null && ((_asked && _cost <= time.GetElapsedTime(_last) * options.CheckpointShare)
        || (_reported && RecordingRules.TakesCheckpoint(time.GetElapsedTime(_last), _cost, options)));

    private void Pack()
    {
        (_asked, _reported) = (false, false);
        var began = time.GetTimestamp();
        try
        {
            var print = CheckpointFolder.Print(folder);
            if (print == 0 || print == _print) return;
            _packed = CheckpointFolder.Pack(folder);
            _print = print;
        }
        catch (InvalidDataException e)
        {
            Problem = e.Message;
        }
        finally
        {
            _last = time.GetTimestamp();
            _cost = time.GetElapsedTime(began, _last);
        }
    }
}
