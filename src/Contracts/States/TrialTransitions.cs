using static SweepCluster.Contracts.TrialState;

namespace SweepCluster.Contracts;

/// <summary>The one table of legal moves between trial states.</summary>
public static class TrialTransitions
{
    private static readonly (TrialState From, TrialState To)[] Legal =
    [
        (Pending, Running),     // claim
        (Pending, Cancelled),   // cancel before any silo took it
        (Running, Pending),     // release: the silo gives it back; or rescue: its lease ran out
        (Running, Completed),
        (Running, Stopped),
        (Running, Failed),
        (Running, Cancelled),
        (Failed, Pending),      // retry
        (Cancelled, Pending),   // retry
    ];

    public static bool IsLegal(TrialState from, TrialState to) => Legal.Contains((from, to));

    /// <summary>Nothing more happens to such a trial unless a person asks for it.</summary>
    public static bool IsFinal(this TrialState state) => state is not (Pending or Running);
}
