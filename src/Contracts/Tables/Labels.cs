using System.Globalization;
using SweepCluster.Contracts.Files;

namespace SweepCluster.Contracts.Tables;

/// <summary>The classes of a target column, and their order: the given one, else by number if all are numbers, else by their characters.</summary>
internal sealed class Labels
{
    private readonly bool _isGiven;
    private readonly List<string> _found;
    private readonly Dictionary<string, int> _places = [];

    public Labels(IReadOnlyList<string>? given)
    {
        _isGiven = given is not null;
        _found = given is null ? [] : [.. given];
        for (var i = 0; i < _found.Count; i++)
            _places[_found[i]] = i;
    }

    private readonly HashSet<string> _refused = [];

    /// <summary>Whether a label that cannot be one is met for the first time: one line of it says enough.</summary>
    public bool IsFirst(string label) => _refused.Add(label);

    public bool IsFull => !_isGiven && _found.Count >= TableReader.MaxClasses;

    /// <summary>Final once <see cref="Sorted"/> was called.</summary>
    public IReadOnlyList<string> Order => _found;

    public string Said => string.Join(", ", _found.Take(6).Select(ScalarNode.Quote)) + (_found.Count > 6 ? ", …" : "");

    /// <summary>Null if the label cannot be one.</summary>
    public int? PlaceOf(string label)
    {
        if (_places.TryGetValue(label, out var place))
            return place;
        if (_isGiven || IsFull)
            return null;
        _places[label] = _found.Count;
        _found.Add(label);
        return _found.Count - 1;
    }

    /// <summary>Puts found labels in order, and the rows' places with them.</summary>
    public double[] Sorted(List<double> rows)
    {
        if (_isGiven)
            return [.. rows];
        var numbers = _found.Select(label => double.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN).ToArray();
        var order = Enumerable.Range(0, _found.Count)
            .OrderBy(i => Array.TrueForAll(numbers, number => !double.IsNaN(number)) ? numbers[i] : 0).ThenBy(i => _found[i], StringComparer.Ordinal).ToArray();
        var rank = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
            rank[order[i]] = i;
        var sorted = order.Select(i => _found[i]).ToList();
        _found.Clear();
        _found.AddRange(sorted);
        return [.. rows.Select(row => (double)rank[(int)row])];
    }
}
