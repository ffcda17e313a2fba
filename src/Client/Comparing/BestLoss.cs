using SweepCluster.Contracts;
using SweepCluster.Reports;

namespace SweepCluster.Client.Comparing;

/// <summary>The best configuration's loss in words, with what replicates say of it.</summary>
internal static class BestLoss
{
    /// <summary><c>0.0102 ± 3e-4 over 5 replicates, 95 % interval 0.0098 to 0.0106</c>; of one replicate the number alone.</summary>
    public static string Text(ReplicatedLoss loss) => loss.Count < 2
        ? Numbers.Loss(loss.Mean)
        : $"{Numbers.Loss(loss.Mean)} ± {Numbers.Loss(loss.Deviation)} over {Numbers.Count(loss.Count, "replicate")}, 95 % interval {Numbers.Loss(loss.Low)} to {Numbers.Loss(loss.High)}";

    /// <summary>Whether the runner-up is worse beyond the luck of a seed; null where replicates do not tell.</summary>
    public static string? Against(ConfigurationResult next, Objective objective)
    {
        if (next.Loss.ToBest is not { Count: > 1 } paired)
            return null;
        var who = $"the next, {next.Configuration},";
        if (!paired.IsClear)
            return $"replicate by replicate {who} cannot be told from it: its {(objective.IsDefault ? "loss" : objective.Title)} is {Numbers.Loss(paired.Low)} to {Numbers.Loss(paired.High)} greater (95 % interval)";
        var (low, high) = objective.Maximize ? (-paired.High, -paired.Low) : (paired.Low, paired.High);
        return $"replicate by replicate {who} is {Numbers.Loss(low)} to {Numbers.Loss(high)} worse (95 % interval)";
    }
}
