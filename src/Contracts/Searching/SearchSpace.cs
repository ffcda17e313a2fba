using SweepCluster.Contracts.Files;
using SweepCluster.Contracts.Searching;

namespace SweepCluster.Contracts;

/// <summary>How a search draws.</summary>
public enum Sampler
{
    /// <summary>Independently.</summary>
    Random,

    /// <summary>By Sobol's sequence, scrambled by the seed: fewer gaps and clusters than chance leaves.</summary>
    Sobol,
}

/// <summary>One searched key.</summary>
/// <param name="Key">Dotted: <c>regularization.l2</c>.</param>
/// <param name="When">Keys and their values under which it applies; elsewhere it keeps its value outside the search. Empty: always.</param>
public sealed record SearchedKey(string Key, SearchDomain Domain, IReadOnlyList<KeyValuePair<string, Value>> When)
{
    internal Mark At { get; init; }
}

/// <summary>Configurations drawn from domains, each by its number and the seed alone.</summary>
/// <param name="Configurations">How many are drawn.</param>
public sealed record SearchSpace(Sampler Sampler, ulong Seed, long Configurations, IReadOnlyList<SearchedKey> Keys)
{
    /// <summary>The searched keys that apply, with their values, in the order of the sweep file.</summary>
    /// <param name="index">From 0.</param>
    /// <param name="valueOf">What a condition's key is where the search does not say: in the grid, or outside both; null where it has none.</param>
    public IEnumerable<KeyValuePair<string, Value>> At(long index, Func<string, Value?> valueOf)
    {
        var drawn = new Dictionary<string, Value?>();
        for (var i = 0; i < Keys.Count; i++)
        {
            var searched = Keys[i];
            // A condition's key stands before the key it decides on, or is not searched.
            var applies = searched.When.All(condition => condition.Value.Equals(drawn.GetValueOrDefault(condition.Key) ?? valueOf(condition.Key)));
            drawn[searched.Key] = applies ? searched.Domain.At(Share(i, index)) : null;
            if (drawn[searched.Key] is { } value)
                yield return KeyValuePair.Create(searched.Key, value);
        }
    }

    private double Share(int dimension, long index)
    {
        var stream = SampleNumbers.Stream(Seed, Keys[dimension].Key);
        return Sampler == Sampler.Sobol ? Sobol.At(dimension, index, SampleNumbers.Word(stream, 0)) : SampleNumbers.At(stream, index);
    }
}
