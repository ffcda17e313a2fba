using System.Net;

namespace SweepCluster.Orleans;

/// <summary>How a silo's Orleans host is set up. The defaults fit.</summary>
public sealed record OrleansEngineOptions
{
    public static readonly OrleansEngineOptions Default = new();

    /// <summary>The address the other silos reach this one at. Default: the one this machine reaches the store from.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Between two looks of a reminder at an open sweep. Default: 1 min.</summary>
    public TimeSpan Reconcile { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Silos of another name never find one another: a test splits a cluster with it.</summary>
    internal string Cluster { get; init; } = SweepClusterClient.Cluster;
}
