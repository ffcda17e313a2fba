using System.Net;

namespace SweepCluster.Orleans;

/// <summary>How a silo's Orleans host is set up. The defaults fit.</summary>
public sealed record OrleansEngineOptions
{
    public static readonly OrleansEngineOptions Default = new();

    /// <summary>The address the other silos reach this one at. Default: the one this machine reaches the store from.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>A silo that could not join within so long begins to work all the same and joins when it can. Default 10 s.</summary>
    public TimeSpan JoinPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between two looks of a reminder at an open sweep. Default and least: 1 min.</summary>
    public TimeSpan Reconcile { get; init; } = TimeSpan.FromMinutes(1);
}
