using SweepCluster.Contracts;

namespace SweepCluster.Client;

/// <summary>A sweep file that cannot be launched, with everything that is wrong with it.</summary>
public sealed class SweepFileException(IReadOnlyList<Problem> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<Problem> Problems { get; } = problems;
}
