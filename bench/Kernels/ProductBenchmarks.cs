using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using SweepCluster.Training;
using SweepCluster.Training.Kernels;
using SweepCluster.Training.Optimizers;
using SweepCluster.Training.Regularization;
using Product = SweepCluster.Training.Kernels.Product<SweepCluster.Training.Kernels.Lanes512, System.Runtime.Intrinsics.Vector512<float>>;
using Work = SweepCluster.Training.Kernels.Companion<SweepCluster.Training.Kernels.Lanes512, System.Runtime.Intrinsics.Vector512<float>>;

namespace SweepCluster.Kernels;

/// <summary>64 × 64 × 64 multiply-adds, alone and with the work that is done between them: 1.85 µs at 283 GFLOP/s.</summary>
public unsafe class ProductBenchmarks
{
    private readonly AdamStep _step = AdamStep.At(100, AdamPlan.Default, RegularizationPlan.None);
    private Blocks _blocks = null!;
    private float* _zeros;

    [GlobalSetup]
    public void Allocate()
    {
        if (!Vector512.IsHardwareAccelerated) throw new NotSupportedException("these benchmarks need AVX-512");
        _blocks = new Blocks(8);
        _zeros = _blocks[7];
        new Span<float>(_zeros, Blocks.Count).Clear();
    }

    [GlobalCleanup]
    public void Free() => _blocks.Free();

    [Benchmark(Baseline = true)]
    public void Forward() => Multiply(isTransposed: false, Work.None);

    [Benchmark]
    public void ForwardWithActivation() => Multiply(isTransposed: false, Work.Forward(_blocks[2], Blocks.Width, Blocks.Width, 0.03f, DropoutMask.None));

    [Benchmark]
    public void ForwardWithDropout() => Multiply(isTransposed: false, Work.Forward(_blocks[2], Blocks.Width, Blocks.Width, 0.03f, Mask));

    [Benchmark]
    public void BackwardWithActivationAndBiases() => Multiply(
        isTransposed: false, Work.Backward(_blocks[3], _blocks[2], _blocks[6], Blocks.Width, Blocks.Width, 0.03f, Tiny.Factor, DropoutMask.None));

    [Benchmark]
    public void WeightGradient() => Multiply(isTransposed: true, Work.None);

    [Benchmark]
    public void WeightGradientWithAdam() => Multiply(
        isTransposed: true, Work.Adam(_step, _blocks[3], _blocks[2], _blocks[4], _blocks[5], 0, Blocks.Width, Blocks.Count));

    private DropoutMask Mask => new((uint*)_blocks[6], 52_429, 1.25f);

    private void Multiply(bool isTransposed, Work work)
    {
        Product.Multiply(
            _blocks[0], isTransposed ? 1 : Blocks.Width, isTransposed ? Blocks.Width : 1, _blocks[1], Blocks.Width,
            Blocks.Width, Blocks.Width, Blocks.Width, _zeros, _blocks[2], Blocks.Width, ref work);
        work.Finish();
    }
}
