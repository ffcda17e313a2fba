namespace SweepCluster.Contracts;

/// <summary>Where a trial stands. Stored as text under a check constraint; <see cref="TrialTransitions"/> says which moves are legal.</summary>
public enum TrialState
{
    /// <summary>Waits for a silo to claim it.</summary>
    Pending,

    /// <summary>Leased to a silo under its current term.</summary>
    Running,

    /// <summary>Trained through its last epoch.</summary>
    Completed,

    /// <summary>Ended early by a stopping rule; its results count.</summary>
    Stopped,

    /// <summary>Ended by an error that another attempt would only repeat, or out of attempts.</summary>
    Failed,

    /// <summary>Ended because a person asked for it.</summary>
    Cancelled,
}
