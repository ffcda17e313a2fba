using System.Globalization;
using SweepCluster.Contracts;
using SweepCluster.Store.Queries;

namespace SweepCluster.Client;

/// <summary>
/// How a person tells trials apart: the grid's values, as short as they stay different from each other (0.1111, not
/// 0.1111111111111111), and the replicate where there are several. Exact values are in the store and in every export.
/// </summary>
internal sealed class TrialLabels
{
    private const int FewestDigits = 4;

    private readonly Specification _specification;
    private readonly Dictionary<string, Dictionary<Value, string>> _texts;

    public TrialLabels(Specification specification)
    {
        _specification = specification;
        _texts = specification.SweptKeys.ToDictionary(key => key, key => Texts(specification.ValuesOf(key)));
    }

    public string Of(string key, Configuration configuration) =>
        configuration[key] is not { } value ? "" : _texts[key].TryGetValue(value, out var text) ? text : value.ToString()!;

    public string Of(Configuration configuration, int replicate)
    {
        var values = configuration.Entries.Select(entry => $"{entry.Key}={Of(entry.Key, configuration)}");
        var parts = _specification.Replicates > 1 ? values.Append($"replicate={replicate}") : values;
        return string.Join(' ', parts) is { Length: > 0 } label ? label : _specification.Name;
    }

    public string Of(TrialSummary trial) => Of(Configuration.FromJson(trial.Configuration), trial.Replicate);

    private static Dictionary<Value, string> Texts(IReadOnlyList<Value> values)
    {
        for (var digits = FewestDigits; digits < 17; digits++)
        {
            var texts = values.ToDictionary(value => value, value => Rounded(value, digits));
            if (texts.Values.Distinct().Count() == texts.Count)
                return texts;
        }
        return values.ToDictionary(value => value, value => value.ToString()!);
    }

    private static string Rounded(Value value, int digits) => value is Value.Real { Number: var number }
        ? new Value.Real(double.Parse(number.ToString($"G{digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)).ToString()
        : value.ToString()!;
}
