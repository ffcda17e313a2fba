using SweepCluster.Contracts.Keys;

namespace SweepCluster.Contracts.Files;

/// <summary>A dotted key of the grid or of the search.</summary>
internal static class SweptKey
{
    /// <param name="place"><c>grid</c> or <c>search</c>.</param>
    /// <returns>Null when problems say why it may not stand there.</returns>
    public static KeyDefinition? Find(MapEntry entry, string place, ProblemList problems)
    {
        if (SweepFileKeys.ByKey.TryGetValue(entry.Key, out var definition))
        {
            if (definition.Sweepable)
                return definition;
            var instead = definition.Key == "seed" ? "; for several seeds set 'replicates'" : "";
            problems.Add(entry.At, $"{place} '{entry.Key}': cannot be swept{instead}");
            return null;
        }
        var quoted = ScalarNode.Quote(entry.Key);
        if (SweepFileKeys.Sections.Contains(entry.Key))
            problems.Add(entry.At, $"{place} {quoted}: is a section, expected a whole key; {place} keys are dotted, like '{SweepFileKeys.All.First(d => d.Key.StartsWith(entry.Key + ".", StringComparison.Ordinal)).Key}'");
        else
            problems.Add(entry.At, $"unknown key {quoted} in the {place}; "
                + (NearestKey.Of("", entry.Key) is { } near ? $"did you mean '{near}'?" : "`sweep schema` lists the keys"));
        return null;
    }
}
