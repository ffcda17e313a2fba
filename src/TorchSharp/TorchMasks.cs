using System.Runtime.InteropServices;
using SweepCluster.Training;
using SweepCluster.Training.Kernels;
using SweepCluster.Training.Random;
using SweepCluster.Training.Regularization;
using static TorchSharp.torch;

namespace SweepCluster.TorchSharp;

/// <summary>Our dropout masks as libtorch's tensors: the same units survive in both trainers.</summary>
internal static unsafe class TorchMasks
{
    /// <returns>Per layer rows × outputs, 0 or 1 / (share kept); null where dropout does not apply.</returns>
    public static Tensor?[] Draw(NetworkPlan plan, DropoutRate rate, int rows, in RandomStream stream)
    {
        var layers = plan.Layers;
        var masks = new Tensor?[layers.Count];
        for (var l = plan.Stem is null ? 0 : 1; l < layers.Count - 1; l++)
        {
            masks[l] = tensor(Draw(rate, rows, layers[l].Outputs, stream with { Part = stream.Part + (uint)l }), [rows, layers[l].Outputs]);
        }

        return masks;
    }

    private static float[] Draw(DropoutRate rate, int rows, int width, in RandomStream stream)
    {
        var padded = Padding.Up(width);
        var count = Philox.RoundUp(DropoutMask.WordCount(rows * padded));
        var words = (uint*)NativeMemory.AlignedAlloc((nuint)count * sizeof(uint), 64);
        try
        {
            Philox.Fill(LaneWidths.Best, stream, 0, words, count, RandomStream.FastRounds);
            var mask = new DropoutMask(words, rate.Threshold, rate.Scale);
            var numbers = new float[rows * width];
            for (var n = 0; n < numbers.Length; n++)
            {
                nint element = (n / width * padded) + (n % width);
                var bits = (*mask.WordsAt(element) >> DropoutMask.ShiftAt(element)) & 0xFFFF;
                numbers[n] = bits < rate.Threshold ? rate.Scale : 0;
            }

            return numbers;
        }
        finally
        {
            NativeMemory.AlignedFree(words);
        }
    }
}
