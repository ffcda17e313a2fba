using Npgsql;
using Orleans.Configuration;
using SweepCluster.Store;

namespace SweepCluster.Orleans;

/// <summary>For programs of your own that call <see cref="ISweepGrain"/> and <see cref="ITrialGrain"/> from outside the silos.</summary>
public static class SweepClusterClient
{
    internal const string Cluster = "sweepcluster";

    /// <summary>Makes it a client of the silos that work on the store.</summary>
    public static IClientBuilder UseSweepCluster(this IClientBuilder client, StoreAddress store) => client
        .Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (Cluster, Cluster))
        .UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = ("Npgsql", ConnectionString(store)));

    // Orleans' statements name no schema, and it needs few connections.
    internal static string ConnectionString(StoreAddress store) =>
        new NpgsqlConnectionStringBuilder(store.ConnectionString) { SearchPath = "orleans", ApplicationName = "sweep orleans", MaxPoolSize = 4 }.ConnectionString;
}
