namespace SweepCluster.Contracts;

/// <summary>Where a sweep stands, as the view <c>sweeps</c> shows it; derived from its trials and from what people asked for.</summary>
public enum SweepState
{
    /// <summary>No trial was claimed yet.</summary>
    Pending,

    /// <summary>Some trials are done or running, some wait.</summary>
    Running,

    /// <summary>Silos claim nothing more from it until it is resumed.</summary>
    Paused,

    /// <summary>Every trial is Completed or Stopped.</summary>
    Completed,

    /// <summary>Every trial is final and at least one Failed.</summary>
    Failed,

    /// <summary>A person ended it.</summary>
    Cancelled,
}
