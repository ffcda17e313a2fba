using SweepCluster.Training.Kernels;
using SweepCluster.Training.Optimizers;

namespace SweepCluster.Training.Reference;

/// <summary>Adam one number at a time, for reading; the kernel gives the same bits.</summary>
internal static class ReferenceAdam
{
    /// <param name="isShrunk">By parameter: whether penalties are of it; null for all.</param>
    public static void Step(in AdamStep penalized, float[] theta, float[] gradient, float[] first, float[] second, bool[]? isShrunk = null)
    {
        for (var i = 0; i < theta.Length; i++)
        {
            var step = isShrunk is null || isShrunk[i] ? penalized : penalized.WithoutPenalty();
            var g = MathF.FusedMultiplyAdd(step.Decay, theta[i], gradient[i]);
            first[i] = Flushed(MathF.FusedMultiplyAdd(step.Beta1, first[i], step.Gain1 * g));
            var s = MathF.Abs(g) < MathF.ScaleB(1, -56) ? 0 : g;
            second[i] = Flushed(MathF.FusedMultiplyAdd(step.Beta2, second[i], step.Gain2 * s * s));
            var change = first[i] / (MathF.Sqrt(second[i]) + step.Epsilon);
            theta[i] = FlushedParameter(MathF.FusedMultiplyAdd(-step.Alpha, change, theta[i]));
            if (step.Threshold > 0) theta[i] = Shrunk(theta[i], step.Threshold);
            if (step.Pull > 0) theta[i] = Shrunk(theta[i], step.Pull / (MathF.Sqrt(second[i]) + step.Epsilon));
        }
    }

    public static float FlushedParameter(float x) => MathF.Abs(x) < Tiny.Factor ? 0 : x;

    public static float Flushed(float x) => MathF.Abs(x) < MathF.ScaleB(1, -126) ? 0 : x;

    /// <summary>sign(x) · max(|x| − t, 0).</summary>
    public static float Shrunk(float x, float threshold) =>
        x > threshold ? x - threshold : x < -threshold ? x + threshold : 0;
}
