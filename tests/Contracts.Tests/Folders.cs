using System.Reflection;

namespace SweepCluster.Contracts.Tests;

internal static class Folders
{
    public static string BadFiles => Named(nameof(BadFiles));

    public static string Examples => Named(nameof(Examples));

    private static string Named(string key) => typeof(Folders).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key).Value!;
}
