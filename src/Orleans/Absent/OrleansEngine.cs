using System.Reflection;
using Microsoft.Extensions.Logging;
using SweepCluster.Grains.Engines;
using SweepCluster.Store;

namespace SweepCluster.Orleans;

/// <summary>This build has no Orleans.</summary>
public static class OrleansEngine
{
    /// <summary>Which Orleans it is, or why there is none.</summary>
    public static string About => typeof(OrleansEngine).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(m => m.Key == "WhyAbsent").Value!;

    public static bool IsPresent => false;

    /// <summary>The engine for one silo, or null where this build has none.</summary>
    public static IEngine? Create(Ledger ledger, ILoggerFactory loggers) => null;
}
