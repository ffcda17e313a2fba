using SweepCluster.Contracts;
using SweepCluster.TorchSharp;
using SweepCluster.Training;

namespace SweepCluster.Client;

/// <summary>What this build trains with.</summary>
internal static class Trainers
{
    private const string Key = "training.trainer";

    public static IReadOnlyList<ITrainer> All { get; } = TorchSharpTrainer.Instance is { } torch ? [SimdTrainer.Instance, torch] : [SimdTrainer.Instance];

    public static ITrainer Of(string name) => All.FirstOrDefault(trainer => trainer.Name == name) ?? throw new UserMistake(Missing(name));

    /// <summary>A sweep that is trained here alone must not begin where it cannot end.</summary>
    public static void Check(Specification specification)
    {
        foreach (var name in specification.ValuesOf(Key))
            Of(name.ToString()!);
    }

    private static string Missing(string name) =>
        $"{Key}: this build trains with {string.Join(" and ", All.Select(trainer => trainer.Name))}, found '{name}' ({TorchSharpTrainer.About}); "
        + $"use simd, or a machine where `{CommandName.Text} doctor` names it";
}
