using System.Reflection;
using SweepCluster.Training;
using TorchSharp;

namespace SweepCluster.TorchSharp;

/// <summary>
/// Trains with libtorch: the same plans from the same θ₀, batch orders and dropout masks as ours. Losses agree but for rounding;
/// θ is that of one version of libtorch on one kind of processor, where ours is the same bits everywhere.
/// </summary>
public sealed class TorchSharpTrainer : ITrainer
{
    /// <summary>The trainer, or null where this build has none.</summary>
    public static ITrainer? Instance { get; } = new TorchSharpTrainer();

    /// <summary>Which TorchSharp it is, or why there is none.</summary>
    public static string About =>
        $"TorchSharp {typeof(torch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}";

    public string Name => "torchsharp";

    public ITrainingSession Start(TrainingPlan plan, DataSet data) => new TorchSession(plan, data);

    public ITrainingSession Resume(TrainingPlan plan, DataSet data, ReadOnlySpan<byte> checkpoint)
    {
        var session = new TorchSession(plan, data);
        try
        {
            session.Load(checkpoint);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}
