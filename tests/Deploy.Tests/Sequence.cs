// Each test has the machine for itself: they start servers and silos.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
