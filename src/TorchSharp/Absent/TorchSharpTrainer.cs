using System.Reflection;
using SweepCluster.Training;

namespace SweepCluster.TorchSharp;

/// <summary>This build has no TorchSharp.</summary>
public static class TorchSharpTrainer
{
    /// <summary>The trainer, or null where this build has none.</summary>
    public static ITrainer? Instance => null;

    /// <summary>Which TorchSharp it is, or why there is none.</summary>
    public static string About => typeof(TorchSharpTrainer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(m => m.Key == "WhyAbsent").Value!;
}
