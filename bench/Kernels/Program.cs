using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using SweepCluster.Kernels;

// In this process: a benchmark takes microseconds, and the kernels keep nothing between calls.
var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
BenchmarkSwitcher.FromTypes([typeof(ProductBenchmarks), typeof(VectorBenchmarks)]).Run(args, DefaultConfig.Instance.AddJob(job));
