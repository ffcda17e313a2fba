using SweepCluster.Contracts;

namespace SweepCluster.Client.Progress;

/// <summary>Lines for a log: one when a trial ends, and one every few seconds to show that it is alive.</summary>
internal sealed class PlainView(TextWriter log) : IProgressView
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private TimeSpan _last;

    public void Started(TrialId trial, Configuration configuration, int replicate) { }

    public void Trained(TrialId trial, int epoch, double training, double validation) { }

    public void Ended(TrialId trial, TrialState state, TrialProgress progress, string? error, ProgressSnapshot snapshot) =>
        log.WriteLine($"{snapshot.Ended}/{snapshot.Trials}  {TrialLine.Of(state, progress, error)}");

    public void Note(string text, ProgressSnapshot snapshot) => log.WriteLine($"sweep: {text}");

    public void Tick(ProgressSnapshot snapshot)
    {
        if (snapshot.Elapsed - _last < Interval)
            return;
        _last = snapshot.Elapsed;
        log.WriteLine(ProgressLines.Plain(snapshot));
    }

    public void Dispose() => log.Flush();
}
