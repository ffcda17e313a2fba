using System.Numerics;
using SweepCluster.Contracts.Keys;

namespace SweepCluster.Contracts.Files;

/// <summary>Reads the grid: counts first, then expands, so that a grid of 10^9 points costs no memory to refuse.</summary>
internal sealed class GridReader(ProblemList problems)
{
    public IReadOnlyList<Axis> Read(Mark at, Node node, long replicates)
    {
        if (node is ScalarNode { IsNothing: true } or MapNode { Entries.Count: 0 })
        {
            problems.Add(at, "grid: names no hyperparameter; give one, like 'regularization.l2: [0, 1e-3]', or leave grid out to train a single configuration");
            return [];
        }
        if (node is not MapNode map)
        {
            problems.Add(at, $"grid: must be a mapping of dotted keys to values, like 'regularization.l2: [0, 1e-3]', found {node.Found}");
            return [];
        }

        var planned = new List<(KeyDefinition Definition, MapEntry Entry, GridValues Values)>();
        foreach (var entry in map.Entries)
            if (SweptKey.Find(entry, "grid", problems) is { } definition && GridValues.Plan(definition, entry, problems) is { } values)
                planned.Add((definition, entry, values));

        var configurations = planned.Aggregate(BigInteger.One, (product, axis) => product * axis.Values.Count);
        if (configurations * replicates > Specification.MaxTrials)
        {
            var factors = planned.Count > 1 ? $"{string.Join(" × ", planned.Select(axis => Text(axis.Values.Count)))} = " : "";
            problems.Add(at, $"grid: at most {Specification.MaxTrials:N0} trials are allowed, found {factors}{Text(configurations)} configurations"
                + (replicates > 1 ? $" × {replicates:N0} replicates" : "") + "; sweep fewer keys or fewer values");
            return [];
        }
        return [.. planned.Select(axis => Expand(axis.Definition, axis.Entry, axis.Values))];

        static string Text(BigInteger count) => count < BigInteger.Pow(10, 18) ? count.ToString("N0") : $"10^{Math.Round(BigInteger.Log10(count))}";
    }

    private Axis Expand(KeyDefinition definition, MapEntry entry, GridValues planned)
    {
        var values = new List<Value>((int)planned.Count);
        var seen = new Dictionary<Value, int>((int)planned.Count);
        var index = -1;
        foreach (var node in planned.Nodes())
        {
            index++;
            var (value, mustBe) = definition.Domain.Read(node);
            var at = node.At.Line == 0 ? entry.At : node.At;
            if (value is null)
                problems.Add(at, $"grid '{definition.Key}': values must be {mustBe}, found {node.Found} at index {index}{SpecificationReader.Advice(definition, node)}");
            else if (!seen.TryAdd(value, index))
                problems.Add(at, $"grid '{definition.Key}': values must differ, found {value} at index {seen[value]} and again at index {index}; remove one");
            else
                values.Add(value);
        }
        return new Axis(definition.Key, values) { At = entry.At };
    }
}
