using SweepCluster.Contracts.Keys;

namespace SweepCluster.Contracts;

/// <summary>From dotted keys to the program that trains a trial.</summary>
internal static class ProgramResolution
{
    public static ProgramSpecification? Resolve(Specification specification, Configuration configuration)
    {
        if (specification.Find(ProgramKeys.Command) is not Value.Arguments { Texts: var command }) return null;
        var environment = (specification.Find("trainer.environment") as Value.Named)?.Entries ?? [];
        return new ProgramSpecification(
            command, Path.GetFullPath(specification.Find(ProgramKeys.Directory)?.ToString() ?? "."), environment.ToDictionary(),
            specification.Find("trainer.timeout") is { } timeout ? Duration.TryRead(timeout.ToString()!) : null,
            specification.Cores,
            specification.Find("trainer.memory") is { } memory ? ByteSize.TryRead(memory.ToString()!) : null,
            Settings(specification, configuration));
    }

    private static List<KeyValuePair<string, Value>> Settings(Specification specification, Configuration configuration)
    {
        var keys = SweepFileKeys.ByKey.Keys.Concat(specification.Values.Select(entry => entry.Key)).Concat(configuration.Entries.Select(entry => entry.Key)).Distinct().ToList();
        return [.. from definition in SweepFileKeys.Of(keys)
                   where !definition.Key.StartsWith("trainer.", StringComparison.Ordinal)
                   let value = specification.Find(definition.Key, configuration)
                   where value is not null
                   select KeyValuePair.Create(definition.Key, value)];
    }
}
