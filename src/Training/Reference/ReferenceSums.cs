using System.Numerics;
using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Reference;

/// <summary>The one tree of halves at the end of every horizontal sum of 16 lanes.</summary>
internal static class ReferenceSums
{
    public static T Fold<T>(T[] lanes) where T : IFloatingPointIeee754<T>
    {
        for (var half = Padding.Lanes / 2; half > 0; half /= 2)
        {
            for (var l = 0; l < half; l++) lanes[l] += lanes[l + half];
        }

        return lanes[0];
    }
}
