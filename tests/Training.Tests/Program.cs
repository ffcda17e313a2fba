using SweepCluster.Training.Tests;

// Also a program of its own, so that tests can start it under other instruction sets:
//   dotnet SweepCluster.Training.Tests.dll hash       θ hashes of small trials
//   dotnet SweepCluster.Training.Tests.dll measure    seconds of the notebook's trials, one core
//   dotnet SweepCluster.Training.Tests.dll ulps       errors of exp, ln, tanh and logistic over every float there is (minutes)
switch (args.FirstOrDefault())
{
    case "hash": SmallTrials.PrintHashes(Console.Out); break;
    case "measure": Measurement.Print(Console.Out); break;
    case "ulps": Ulps.Print(Console.Out); break;
    default: Console.Error.WriteLine("expected: hash, measure or ulps"); return 2;
}

return 0;
