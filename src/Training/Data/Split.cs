using SweepCluster.Training.Kernels;
using SweepCluster.Training.Random;

namespace SweepCluster.Training.Data;

/// <summary>Which rows train, validate and test: the first shares of one shuffled order.</summary>
internal static class Split
{
    public static Part[] Create(int rows, SplitRatio ratio, ulong seed)
    {
        Validate(ratio);
        var order = new int[rows];
        for (var i = 0; i < rows; i++) order[i] = i;
        Shuffle.InPlace(LaneWidths.Best, new RandomStream(seed, Purpose.Split), order);
        var train = Math.Min(rows, (int)Math.Round(rows * ratio.Train));
        var known = Math.Clamp((int)Math.Round(rows * (ratio.Train + ratio.Validation)), train, rows);
        var parts = new Part[rows];
        for (var i = train; i < rows; i++) parts[order[i]] = i < known ? Part.Validation : Part.Test;
        return parts;
    }

    private static void Validate(SplitRatio ratio)
    {
        var found = $"{ratio.Train} + {ratio.Validation} + {ratio.Test}";
        if (!(ratio.Train >= 0 && ratio.Validation >= 0 && ratio.Test >= 0))
            throw new ArgumentException($"{nameof(SplitRatio)}: shares must be at least 0, found {found}");
        if (Math.Abs(ratio.Train + ratio.Validation + ratio.Test - 1) > 1e-9)
            throw new ArgumentException($"{nameof(SplitRatio)}: shares must sum to 1, found {found}");
    }
}
