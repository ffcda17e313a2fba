using System.Globalization;
using System.Numerics;
using SweepCluster.Contracts.Keys;

namespace SweepCluster.Contracts.Files;

/// <summary>The values of one axis before they are made: how many there will be, and how to make them.</summary>
/// <param name="Nodes">Makes them one by one, as if each stood in the file.</param>
internal sealed record GridValues(BigInteger Count, Func<IEnumerable<Node>> Nodes)
{
    private const string Forms = "a list like [0, 0.1], or one of {values: [...]}, {linspace: [start, stop, count]}, {logspace: [exponent, exponent, count]}, {range: [start, stop, step]}";

    /// <summary>Null when <paramref name="problems"/> say why there are none.</summary>
    public static GridValues? Plan(KeyDefinition definition, MapEntry entry, ProblemList problems)
    {
        var (count, nodes, problem) = entry.Value switch
        {
            ListNode list => Listed(list),
            MapNode { Entries: [{ Key: "values", Value: ListNode list }] } => Listed(list),
            MapNode { Entries: [{ Key: "linspace" or "logspace" or "range" }] } when definition.Domain is not (WholeNumber or RealNumber) =>
                Wrong($"must be a list of values ({definition.Domain.Expected}); linspace, logspace and range make numbers"),
            MapNode { Entries: [{ Key: "linspace", Value: var numbers }] } => Linspace(numbers, logarithmic: false),
            MapNode { Entries: [{ Key: "logspace", Value: var numbers }] } => Linspace(numbers, logarithmic: true),
            MapNode { Entries: [{ Key: "range", Value: var numbers }] } => Range(numbers),
            ScalarNode { IsNothing: false } scalar => Wrong($"must be {Forms}, found {scalar.Found}; for one value write [{scalar.Text}]"),
            _ => Wrong($"must be {Forms}, found {entry.Value.Found}"),
        };
        if (problem is null)
            return new GridValues(count, nodes);
        problems.Add(entry.At, $"grid '{definition.Key}': {problem}");
        return null;
    }

    private static (BigInteger Count, Func<IEnumerable<Node>> Nodes, string? Problem) Listed(ListNode list) =>
        list.Items.Count == 0 ? Wrong("has no values; give at least one, or remove the key") : (list.Items.Count, () => list.Items, null);

    private static (BigInteger Count, Func<IEnumerable<Node>> Nodes, string? Problem) Linspace(Node node, bool logarithmic)
    {
        var form = logarithmic ? "logspace" : "linspace";
        if (Numbers(node) is not [var start, var stop, _] || PointCount(node) is not { } points)
            return Wrong($"{form} must be [{(logarithmic ? "first exponent, last exponent" : "start, stop")}, count] with a whole count >= 2, found {node.Found}");
        return (points, Make, null);

        // Each value is one exact quotient, so that the ends are exact and the steps are the decimals one expects.
        IEnumerable<Node> Make()
        {
            var last = points - 1;
            for (long i = 0; i <= last; i++)
            {
                var value = ((start * (last - i)) + (stop * i)).DividedBy(last);
                yield return Number(logarithmic ? value.PowerOfTen() : value.ToDouble(), node.At);
            }
        }
    }

    private static (BigInteger Count, Func<IEnumerable<Node>> Nodes, string? Problem) Range(Node node)
    {
        if (Numbers(node) is not [var start, var stop, var step])
            return Wrong($"range must be [start, stop, step], found {node.Found}");
        if (step.Sign == 0 || (stop - start).Sign * step.Sign < 0)
            return Wrong($"range must lead from start to stop (stop included), found {node.Found}; give the step the sign of stop - start");
        return ((stop - start).WholeTimes(step) + 1, Make, null);

        IEnumerable<Node> Make()
        {
            var count = (stop - start).WholeTimes(step) + 1;
            for (BigInteger i = 0; i < count; i++)
                yield return Number((start + (step * i)).ToDouble(), node.At);
        }
    }

    private static ExactDecimal[]? Numbers(Node node)
    {
        if (node is not ListNode { Items: { Count: 3 } items })
            return null;
        var numbers = new ExactDecimal[3];
        for (var i = 0; i < 3; i++)
            if (items[i] is not ScalarNode { Text: var text } || !ExactDecimal.TryParse(text, out numbers[i]))
                return null;
        return numbers;
    }

    private static long? PointCount(Node node) =>
        node is ListNode { Items: [_, _, ScalarNode { Text: var text }] } && WholeNumber.TryRead(text) is >= 2 and var count ? count : null;

    private static ScalarNode Number(double number, Mark at) => new(number.ToString("R", CultureInfo.InvariantCulture), false, at);

    private static (BigInteger Count, Func<IEnumerable<Node>> Nodes, string? Problem) Wrong(string problem) => (0, () => [], problem);
}
