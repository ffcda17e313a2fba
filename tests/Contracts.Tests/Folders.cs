using System.Reflection;

namespace SweepCluster.Contracts.Tests;

internal static class Folders
{
    public static string BadFiles => Named(nameof(BadFiles));

    public static string BadTables => Path.Combine(Path.GetDirectoryName(BadFiles)!, nameof(BadTables));

    public static string BadLabels => Path.Combine(Path.GetDirectoryName(BadFiles)!, nameof(BadLabels));

    public static string Examples => Named(nameof(Examples));

    public static string Root => Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Examples)))!;

    private static string Named(string key) => typeof(Folders).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key).Value!;
}
