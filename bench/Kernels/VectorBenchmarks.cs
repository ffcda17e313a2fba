using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using SweepCluster.Training;
using SweepCluster.Training.Kernels;
using SweepCluster.Training.Optimizers;
using SweepCluster.Training.Random;
using SweepCluster.Training.Regularization;
using Lanes = SweepCluster.Training.Kernels.Lanes512;
using Vector = System.Runtime.Intrinsics.Vector512<float>;

namespace SweepCluster.Kernels;

/// <summary>What is not a product, on 64 × 64 numbers.</summary>
public unsafe class VectorBenchmarks
{
    private readonly AdamStep _step = AdamStep.At(100, AdamPlan.Default, RegularizationPlan.None);
    private Blocks _blocks = null!;

    [GlobalSetup]
    public void Allocate()
    {
        if (!Vector512.IsHardwareAccelerated) throw new NotSupportedException("these benchmarks need AVX-512");
        _blocks = new Blocks(5);
    }

    [GlobalCleanup]
    public void Free() => _blocks.Free();

    [Benchmark]
    public void Transpose() => Training.Kernels.Transpose.Copy(_blocks[0], Blocks.Width, Blocks.Width, Blocks.Width, _blocks[1], Blocks.Width);

    [Benchmark]
    public void Adam() => AdamKernel<Lanes, Vector>.Step(_step, _blocks[0], _blocks[1], _blocks[2], _blocks[3], Blocks.Count);

    [Benchmark]
    public void Mask() => Philox.Fill(
        LaneWidth.Vector512, new RandomStream(1, Purpose.TrainingDropout, 1, 1), 0, (uint*)_blocks[0], Blocks.Count / 2, RandomStream.FastRounds);

    [Benchmark]
    public void LeakyRelu() => Elementwise<Lanes, Vector>.Forward(Activation.LeakyRelu, 0.03f, _blocks[0], Blocks.Count, DropoutMask.None);

    [Benchmark]
    public void LeakyReluBackward() => Elementwise<Lanes, Vector>.Backward(Activation.LeakyRelu, 0.03f, _blocks[0], _blocks[1], Blocks.Count, DropoutMask.None);

    [Benchmark]
    public void Tanh() => Elementwise<Lanes, Vector>.Forward(Activation.Tanh, 0, _blocks[0], Blocks.Count, DropoutMask.None);

    [Benchmark]
    public void ColumnSums() => Sums<Lanes, Vector>.Columns(_blocks[0], Blocks.Width, Blocks.Width, Blocks.Width, _blocks[1]);

    [Benchmark]
    public void RowDots() => Sums<Lanes, Vector>.RowDots(
        _blocks[0], Blocks.Width, _blocks[1], Blocks.Width, _blocks[2], Blocks.Width, 1, Blocks.Width, _blocks[3]);
}
