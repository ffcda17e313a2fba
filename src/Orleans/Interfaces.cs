using SweepCluster.Contracts;

namespace SweepCluster.Orleans;

/// <summary>The address of a trial, keyed by its id. While the trial trains, its activation lives in the silo that trains it.</summary>
[Alias("sweepcluster.trial")]
public interface ITrialGrain : IGrainWithIntegerKey
{
    /// <summary>The silo that holds the trial's lease brings the activation to itself.</summary>
    /// <returns>False: the activation lives elsewhere and makes room; call again.</returns>
    [Alias("attach"), ResponseTimeout("00:00:05")]
    Task<bool> AttachAsync(SiloAddress host);

    /// <summary>The trial has left the silo.</summary>
    [Alias("detach"), ResponseTimeout("00:00:05")]
    Task DetachAsync();

    /// <summary>A person asked for something: its silo looks at its leases, where it finds what.</summary>
    [Alias("nudge"), ResponseTimeout("00:00:05")]
    Task NudgeAsync();

    /// <summary>What it learns, until it ends or the caller cancels; no more than a few words a second.</summary>
    [Alias("follow")]
    IAsyncEnumerable<TrialWord> FollowAsync(CancellationToken cancel);
}

/// <summary>The address of a sweep, keyed by its id. It lives in any one silo and holds nothing that the ledger does not.</summary>
[Alias("sweepcluster.sweep")]
public interface ISweepGrain : IGrainWithStringKey
{
    /// <summary>Has a reminder look after the sweep until it is closed, also after all silos were away.</summary>
    [Alias("keep"), ResponseTimeout("00:00:05")]
    Task KeepAsync();

    /// <summary>Ends what is open of it: written to the ledger first, then brought to the silos that run its trials.</summary>
    [Alias("cancel")]
    Task CancelAsync();

    /// <summary>Its trials are given back after the epoch under way, and no more are claimed.</summary>
    [Alias("pause")]
    Task PauseAsync();

    /// <summary>Takes back a pause.</summary>
    [Alias("resume")]
    Task ResumeAsync();

    /// <summary>Nudges a trial of each silo that runs trials of the sweep.</summary>
    [Alias("nudge"), ResponseTimeout("00:00:05")]
    Task NudgeAsync();

    /// <summary>The trials that run now, as the ledger had them at most a second ago: however many ask, it is asked once.</summary>
    [Alias("running"), ResponseTimeout("00:00:05")]
    Task<IReadOnlyList<RunningTrial>> RunningAsync();
}

/// <summary>The newest of a trial.</summary>
[GenerateSerializer, Immutable, Alias("sweepcluster.word")]
public sealed record TrialWord(
    [property: Id(0)] TrialState State, [property: Id(1)] int Epoch, [property: Id(2)] double? Training, [property: Id(3)] double? Validation, [property: Id(4)] double? Metric = null);

/// <param name="IsOurs">Its silo has this engine.</param>
[GenerateSerializer, Immutable, Alias("sweepcluster.running")]
public sealed record RunningTrial(
    [property: Id(0)] long Trial, [property: Id(1)] Guid Silo, [property: Id(2)] bool IsOurs, [property: Id(3)] long Ordinal, [property: Id(4)] int Replicate);
