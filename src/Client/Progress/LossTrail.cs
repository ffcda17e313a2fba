namespace SweepCluster.Client.Progress;

/// <summary>
/// The course of a trial's validation loss in at most so many numbers, however many epochs: whenever it is full, every second number
/// goes and from then on every second epoch is kept.
/// </summary>
internal sealed class LossTrail
{
    private const int Most = 64;

    private readonly List<double> _kept = [];
    private int _stride = 1;
    private int _skipped;

    /// <summary>First to last, evenly spaced over the epochs so far.</summary>
    public IReadOnlyList<double> Losses => _kept;

    public void Add(double loss)
    {
        if (++_skipped < _stride)
            return;
        _skipped = 0;
        _kept.Add(loss);
        if (_kept.Count < Most)
            return;
        for (var i = 0; i < Most / 2; i++)
            _kept[i] = _kept[(2 * i) + 1];
        _kept.RemoveRange(Most / 2, Most / 2);
        _stride *= 2;
    }
}
