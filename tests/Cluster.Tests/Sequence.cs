using Xunit;

// Each test has the machine for itself: they measure seconds and start many processes.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
