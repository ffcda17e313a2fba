using SweepCluster.Contracts;

namespace SweepCluster.Client.Progress;

/// <summary>Shows a sweep in training to whoever started it: a person at a terminal, a log, or a program.</summary>
internal interface IProgressView : IDisposable
{
    void Started(TrialId trial, Configuration configuration, int replicate);

    void Trained(TrialId trial, int epoch, double training, double validation);

    /// <param name="progress">How it stood at the end.</param>
    /// <param name="error">Why it failed, or why a rule stopped it.</param>
    void Ended(TrialId trial, TrialState state, TrialProgress progress, string? error, ProgressSnapshot snapshot);

    /// <summary>Says something that is no trial's: the store is away, a lease was lost.</summary>
    void Note(string text, ProgressSnapshot snapshot);

    /// <summary>Called several times a second.</summary>
    void Tick(ProgressSnapshot snapshot);
}
