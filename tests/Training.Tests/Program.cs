using System.Diagnostics;
using System.Globalization;
using SweepCluster.Training.Diagnostics;
using SweepCluster.Training.Tests;

// Also a program of its own, so that tests can start it under other instruction sets:
//   dotnet SweepCluster.Training.Tests.dll hash              θ hashes of small trials
//   dotnet SweepCluster.Training.Tests.dll measure [WORD]    the kernel benchmark, or its cases with the word in their names
//   dotnet SweepCluster.Training.Tests.dll cold NAME PATH    seconds of one case, the first of its process
//   dotnet SweepCluster.Training.Tests.dll ulps              errors of exp, ln, tanh and logistic over every float there is (minutes)
switch (args.FirstOrDefault())
{
    case "hash": SmallTrials.PrintHashes(Console.Out); break;
    case "ulps": Ulps.Print(Console.Out); break;
    case "cold": Console.WriteLine(KernelBenchmark.Seconds(args[1], args[2]).ToString("R", CultureInfo.InvariantCulture)); break;
    case "measure":
        var word = args.ElementAtOrDefault(1) ?? "";
        Console.Write(KernelBenchmark.Run([.. KernelCase.All.Where(one => $"{one.Name} {one.Path}".Contains(word))], 5, word.Length == 0 ? Cold : null).ToTable());
        break;
    default: Console.Error.WriteLine("expected: hash, measure, cold or ulps"); return 2;
}

return 0;

static double Cold(KernelCase one)
{
    using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
    {
        ArgumentList = { "exec", typeof(SmallTrials).Assembly.Location, "cold", one.Name, one.Path },
        RedirectStandardOutput = true,
        UseShellExecute = false,
    })!;
    return double.Parse(process.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
}
