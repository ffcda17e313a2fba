using System.CommandLine;
using SweepCluster.Contracts;

namespace SweepCluster.Client;

/// <summary>FILE on the command line: read before any store is opened, so that a bad file leaves nothing behind.</summary>
internal static class SweepFileArgument
{
    public static Argument<string> Create() => new("FILE") { Description = "Sweep file (YAML); `sweep schema` describes it" };

    /// <summary>The specification, or null after its problems were said.</summary>
    public static Specification? Read(string file)
    {
        var (specification, problems) = SweepFile.Read(file);
        foreach (var problem in problems)
            Console.Error.WriteLine($"sweep: {problem}");
        if (problems.Count > 1)
            Console.Error.WriteLine($"sweep: {Numbers.Count(problems.Count, "problem")} in {file}; nothing was started");
        return specification;
    }
}
