namespace SweepCluster.Client;

/// <summary>What the program's end means to a script; part of the contract in README.md.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Something failed in the work itself: failed trials.</summary>
    public const int WorkFailed = 1;

    /// <summary>The user's input is wrong.</summary>
    public const int BadInput = 2;

    /// <summary>The store or the cluster cannot be reached.</summary>
    public const int Unreachable = 3;

    /// <summary>We are wrong: EX_SOFTWARE of sysexits.h.</summary>
    public const int OurFault = 70;

    /// <summary>Interrupted; the work can be resumed. 128 + SIGINT, as shells count.</summary>
    public const int Interrupted = 130;
}
