using System.Reflection;

namespace SweepCluster.Orleans;

/// <summary>This build has no Orleans.</summary>
public static class OrleansEngine
{
    public static bool IsPresent => false;

    /// <summary>Which Orleans it is, or why there is none.</summary>
    public static string About => typeof(OrleansEngine).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(m => m.Key == "WhyAbsent").Value!;
}
