using SweepCluster.Contracts;
using SweepCluster.Grains;

namespace SweepCluster.Silo;

/// <summary>What a silo is told. Each value has a default that fits; <see cref="Problems"/> says what does not.</summary>
public sealed record SiloOptions
{
    /// <summary>Trials trained at a time, one core each (a program's may take more). Default: the machine's cores. 1 to 1,024.</summary>
    public int Slots { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 1024);

    /// <summary>How long the cluster trusts this silo without a sign of life. Default 15 s. 1 s to 1 h.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time between heartbeats. Default a third of the default lease, 5 s. At most half of the lease.</summary>
    public TimeSpan Renew { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>An idle silo asks for work at least so often; normally the store wakes it. Default 2 s. 50 ms to 1 min.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A silo told to stop gives its trials back within so long. Default 3.5 s. 0 to 10 min.</summary>
    public TimeSpan StopPatience { get; init; } = TimeSpan.FromSeconds(3.5);

    /// <summary>The part of <see cref="StopPatience"/> in which they may finish their epoch. Default 2.5 s. At most all of it.</summary>
    public TimeSpan EpochPatience { get; init; } = TimeSpan.FromSeconds(2.5);

    /// <summary>Then it says good-bye to the others, but no longer than this. Default 0.5 s. 0 to 1 min.</summary>
    public TimeSpan LeavePatience { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>A store that is away for longer ends the silo. Default 10 min. From the lease up.</summary>
    public TimeSpan StorePatience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Work for this sweep alone, and end when none of its trials is open. Default: every sweep, without end.</summary>
    public SweepId? UntilSweepDone { get; init; }

    /// <summary>Ends the silo when it had nothing to do for so long. Default: it waits for work without end.</summary>
    public TimeSpan? IdlePatience { get; init; }

    public GrainOptions Grain { get; init; } = GrainOptions.Default;

    /// <summary>One sentence for each value that does not fit: what was found, what is expected.</summary>
    public IEnumerable<string> Problems()
    {
        if (Slots is < 1 or > 1024) yield return $"{nameof(Slots)}: expected 1 to 1024, found {Slots}";
        if (Out(Lease, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))) yield return $"{nameof(Lease)}: expected 1 s to 1 h, found {Seconds(Lease)}";
        if (Out(Renew, TimeSpan.FromMilliseconds(10), Lease / 2)) yield return $"{nameof(Renew)}: expected 0.01 s to half of {nameof(Lease)} ({Seconds(Lease / 2)}), found {Seconds(Renew)}";
        if (Out(Poll, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1))) yield return $"{nameof(Poll)}: expected 0.05 s to 60 s, found {Seconds(Poll)}";
        if (Out(StopPatience, TimeSpan.Zero, TimeSpan.FromMinutes(10))) yield return $"{nameof(StopPatience)}: expected 0 s to 600 s, found {Seconds(StopPatience)}";
        if (Out(EpochPatience, TimeSpan.Zero, StopPatience)) yield return $"{nameof(EpochPatience)}: expected 0 s to {nameof(StopPatience)} ({Seconds(StopPatience)}), found {Seconds(EpochPatience)}";
        if (Out(LeavePatience, TimeSpan.Zero, TimeSpan.FromMinutes(1))) yield return $"{nameof(LeavePatience)}: expected 0 s to 60 s, found {Seconds(LeavePatience)}";
        if (IdlePatience is { } idle && Out(idle, TimeSpan.Zero, TimeSpan.FromDays(30))) yield return $"{nameof(IdlePatience)}: expected 0 s to 30 days, found {Seconds(idle)}";
        if (StorePatience < Lease) yield return $"{nameof(StorePatience)}: expected at least {nameof(Lease)} ({Seconds(Lease)}), found {Seconds(StorePatience)}";
    }

    private static bool Out(TimeSpan value, TimeSpan least, TimeSpan most) => value < least || value > most;

    private static string Seconds(TimeSpan value) => $"{value.TotalSeconds} s";
}
