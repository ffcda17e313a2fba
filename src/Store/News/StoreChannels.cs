namespace SweepCluster.Store.News;

/// <summary>What the store announces by NOTIFY. Whoever misses a word finds the same in the ledger a little later.</summary>
public static class StoreChannels
{
    /// <summary>Trials of a sweep may be claimed. Payload: the sweep.</summary>
    public const string Work = "sweep_work";

    /// <summary>A person asked something of a sweep. Payload: the sweep.</summary>
    public const string Control = "sweep_control";

    /// <summary>Somebody watches a sweep; silos send news of it for <see cref="NewsChannel.Attention"/>. Payload: the sweep.</summary>
    public const string Watch = "sweep_watch";

    /// <summary>News of a watched sweep: <see cref="NewsText"/>.</summary>
    public const string News = "sweep_news";
}
