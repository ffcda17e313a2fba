using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;
using SweepCluster.Kernels;

// In this process: a benchmark takes microseconds, and the kernels keep nothing between calls. The minimum says most on a busy machine.
var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3)
    .WithIterationTime(TimeInterval.FromMilliseconds(5)).WithIterationCount(100).WithId("kernels");
var config = DefaultConfig.Instance.AddJob(job).AddColumn(StatisticColumn.Min).HideColumns(Column.Error, Column.StdDev, Column.Ratio, Column.RatioSD);
BenchmarkSwitcher.FromTypes([typeof(ProductBenchmarks), typeof(VectorBenchmarks)]).Run(args, config);
