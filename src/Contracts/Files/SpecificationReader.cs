using SweepCluster.Contracts.Keys;
using SweepCluster.Contracts.Tables;

namespace SweepCluster.Contracts.Files;

/// <summary>From nodes to a specification: every key through its definition, then the grid, then what only several keys together can break.</summary>
/// <param name="folder">Where the sweep file is, from which its table's path leads; null where a table was read long ago.</param>
internal sealed class SpecificationReader(ProblemList problems, string? folder = null)
{
    private readonly Dictionary<string, Value> _values = [];
    private readonly Dictionary<string, Mark> _marks = [];
    private MapEntry? _grid;
    private MapEntry? _search;
    private IReadOnlyList<Axis> _axes = [];
    private SearchSpace? _space;

    /// <param name="defaultName">The sweep's name if the file gives none.</param>
    /// <returns>Null when there are problems.</returns>
    public Specification? Read(MapNode root, string defaultName)
    {
        _values["name"] = new Value.Word(defaultName);
        Section("", root);
        if (_grid is { } grid)
            Grid(grid); // last, because its limit counts the replicates
        if (_search is { } search)
            Search(search); // after it, because both may not name a key
        if (problems.Any)
            return null;
        var file = folder is not null && IsTable ? new TableKeys(_values, _marks, problems).Resolve(folder) : null;
        if (problems.Any)
            return null;
        var specification = new Specification(_values, _axes, _space, file);
        CrossChecks.Run(specification, _marks, problems);
        return problems.Any ? null : specification;
    }

    private bool IsTable => _values.GetValueOrDefault("data.kind")?.ToString() == SweepFileKeys.Csv;

    private void Section(string section, MapNode map)
    {
        foreach (var entry in map.Entries)
        {
            var (name, at, node) = entry;
            var key = section.Length == 0 ? name : $"{section}.{name}";
            if (SweepFileKeys.ByKey.TryGetValue(key, out var definition) && !name.Contains('.', StringComparison.Ordinal))
                Key(definition, at, node);
            else if (SweepFileKeys.Sections.Contains(key) && !name.Contains('.', StringComparison.Ordinal))
                Subsection(key, node);
            else if (key == "grid")
                _grid = entry;
            else if (key == "search")
                _search = entry;
            else
                Unknown(section, name, key, at);
        }
    }

    private void Key(KeyDefinition definition, Mark at, Node node)
    {
        var (value, mustBe) = definition.Domain.Read(node);
        if (value is null)
            problems.Add(at, $"{definition.Key}: must be {mustBe}, found {node.Found}{Advice(definition, node)}");
        else
            (_values[definition.Key], _marks[definition.Key]) = (value, at);
    }

    private void Subsection(string section, Node node)
    {
        _marks[section] = node.At;
        if (node is MapNode map)
            Section(section, map);
        else if (node is not ScalarNode { IsNothing: true }) // a section whose keys are all commented out
            problems.Add(node.At, $"{section}: must be a mapping of {Children(section)}, found {node.Found}");
    }

    private void Grid(MapEntry grid)
    {
        var replicates = _values.GetValueOrDefault("replicates") is Value.Whole { Number: var number } ? number : 1;
        _axes = new GridReader(problems).Read(grid.At, grid.Value, replicates);
        foreach (var axis in _axes)
            _marks[axis.Key] = axis.At;
    }

    private void Search(MapEntry search)
    {
        var seed = _values.GetValueOrDefault("seed") is Value.Whole { Number: var number } ? (ulong)number : 0;
        _space = new SearchReader(problems, _axes).Read(search.At, search.Value, seed);
        if (_space is null)
            return;
        foreach (var searched in _space.Keys)
            _marks[searched.Key] = searched.At;
        var replicates = _values.GetValueOrDefault("replicates") is Value.Whole { Number: var each } ? each : 1;
        var points = _axes.Aggregate(1.0, (count, axis) => count * axis.Values.Count);
        if (points * _space.Configurations * replicates > Specification.MaxTrials)
            problems.Add(search.At, $"search: at most {Specification.MaxTrials:N0} trials are allowed, found {points:N0} points of the grid × {_space.Configurations:N0} configurations × {replicates:N0} replicates; draw fewer");
    }

    private void Unknown(string section, string name, string key, Mark at)
    {
        var text = $"unknown key {ScalarNode.Quote(key)}";
        if (SweepFileKeys.ByKey.ContainsKey(key))
            problems.Add(at, $"{text}; outside the grid keys are nested: write {string.Join(": {", key.Split('.'))}: …{new string('}', key.Count(c => c == '.'))}");
        else if (NearestKey.Of(section, name) is { } near)
            problems.Add(at, $"{text}; did you mean '{near}'?");
        else
            problems.Add(at, $"{text}; {(section.Length == 0 ? "a sweep file" : section)} has the keys {Children(section)}");
    }

    /// <summary>What to write instead, where a near word or another spelling of the number is plain.</summary>
    internal static string Advice(KeyDefinition definition, Node node)
    {
        if (node is not ScalarNode { Text: var text })
            return "";
        if (definition.Domain is NameText && text.Length > 0)
            return $"; '{NameText.From(text)}' would do";
        if (definition.Domain is Choice choice)
            return NearestWord.Of(text, choice.Words) is { } near ? $"; did you mean {near}?" : "";
        var plain = text.Replace("_", "", StringComparison.Ordinal);
        return plain.Length < text.Length && ExactDecimal.TryParse(plain, out _) ? $"; write {plain}" : "";
    }

    private static string Children(string section)
    {
        var prefix = section.Length == 0 ? "" : section + ".";
        var children = SweepFileKeys.All.Select(definition => definition.Key)
            .Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(key => key[prefix.Length..].Split('.')[0])
            .Distinct();
        return string.Join(", ", section.Length == 0 ? children.Append("grid").Append("search") : children);
    }
}
