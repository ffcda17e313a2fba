using SweepCluster.Contracts.Keys;
using SweepCluster.Contracts.Searching;

namespace SweepCluster.Contracts.Files;

/// <summary>Reads the search: from which domains configurations are drawn, how, and how many.</summary>
internal sealed class SearchReader(ProblemList problems, IReadOnlyList<Axis> axes)
{
    public const string Forms = "{uniform: [low, high]}, {log_uniform: [low, high]}, {integer: [low, high]} or {choice: [...]}";
    public static readonly WholeNumber Counts = new(1, Specification.MaxTrials);
    public static readonly Choice Samplers = new("random", "sobol");
    public static readonly WholeNumber Seeds = new(0, long.MaxValue);

    // A program's own hyperparameter is whatever its range is made of.
    private static readonly Domain AnyWhole = new WholeNumber(long.MinValue, long.MaxValue);
    private static readonly Domain AnyReal = new RealNumber();

    private readonly List<SearchedKey> _keys = [];
    private readonly HashSet<string> _waiting = []; // keys that have not been read yet, and so have no value
    private Sampler _sampler;
    private ulong _seed;
    private long? _configurations;

    /// <returns>Null when problems say why there is none.</returns>
    public SearchSpace? Read(Mark at, Node node, ulong seed)
    {
        _seed = seed;
        if (node is not MapNode map)
        {
            problems.Add(at, $"search: must be a mapping of sampler, configurations, seed, space, found {node.Found}");
            return null;
        }
        var before = problems.Count;
        foreach (var entry in map.Entries)
            Entry(entry);
        if (_configurations is null && !map.Entries.Any(entry => entry.Key == "configurations"))
            problems.Add(at, "search.configurations: say how many to draw, like 'configurations: 32'");
        if (!map.Entries.Any(entry => entry.Key == "space"))
            problems.Add(at, $"search.space: names no hyperparameter; give one, like 'regularization.l2: {{log_uniform: [1e-6, 1e-2]}}'");
        if (_sampler == Sampler.Sobol && _keys.Count > Sobol.MaxDimensions)
            problems.Add(at, $"search: sobol has at most {Sobol.MaxDimensions} keys, found {_keys.Count}; use random");
        return problems.Count > before ? null : new SearchSpace(_sampler, _seed, _configurations!.Value, _keys);
    }

    private void Entry(MapEntry entry)
    {
        switch (entry.Key)
        {
            case "sampler":
                _sampler = Value(entry, Samplers) is Value.Word { Text: "sobol" } ? Sampler.Sobol : Sampler.Random;
                break;
            case "seed":
                _seed = Value(entry, Seeds) is Value.Whole { Number: var seed } ? (ulong)seed : 0;
                break;
            case "configurations":
                _configurations = (Value(entry, Counts) as Value.Whole)?.Number;
                break;
            case "space" when entry.Value is MapNode { Entries.Count: > 0 } space:
                _waiting.UnionWith(space.Entries.Select(key => key.Key));
                foreach (var key in space.Entries)
                {
                    Key(key);
                    _waiting.Remove(key.Key);
                }
                break;
            case "space":
                problems.Add(entry.At, $"search.space: must be a mapping of dotted keys to {Forms}, found {entry.Value.Found}");
                break;
            default:
                var near = NearestWord.Of(entry.Key, ["sampler", "seed", "configurations", "space"]);
                problems.Add(entry.At, $"unknown key {ScalarNode.Quote("search." + entry.Key)}; " + (near is null ? "search has the keys sampler, configurations, seed, space" : $"did you mean 'search.{near}'?"));
                break;
        }
    }

    private Value? Value(MapEntry entry, Domain domain)
    {
        var (value, mustBe) = domain.Read(entry.Value);
        if (value is null)
            problems.Add(entry.At, $"search.{entry.Key}: must be {mustBe}, found {entry.Value.Found}");
        return value;
    }

    private void Key(MapEntry entry)
    {
        if (SweptKey.Find(entry, "search", problems) is not { } definition)
            return;
        if (axes.FirstOrDefault(axis => axis.Key == entry.Key) is { } axis)
        {
            problems.Add(entry.At, $"search '{entry.Key}': is in the grid too (line {axis.At.Line}); a key is in one of them");
            return;
        }
        var when = (entry.Value as MapNode)?.Entries.FirstOrDefault(part => part.Key == "when");
        Node form = entry.Value is MapNode { Entries: var parts } ? new MapNode([.. parts.Where(part => part.Key != "when")], entry.Value.At) : entry.Value;
        var domain = form switch
        {
            ListNode list => Choice(definition, entry, list),
            MapNode { Entries: [{ Key: "choice", Value: ListNode list }] } => Choice(definition, entry, list),
            MapNode { Entries: [{ Key: "uniform" or "log_uniform" or "integer" } range] } => Range(definition, entry, range),
            _ => Refuse(entry, $"must be {Forms}, found {form.Found}"),
        };
        var conditions = when is null ? [] : When(entry, when);
        if (domain is not null && conditions is not null)
            _keys.Add(new SearchedKey(entry.Key, domain, conditions) { At = entry.At });
    }

    private SearchDomain? Range(KeyDefinition definition, MapEntry entry, MapEntry range)
    {
        var form = range.Key;
        var domain = definition.Domain is AnyScalar ? form == "integer" ? AnyWhole : AnyReal : definition.Domain;
        if (form == "integer" ? domain is not WholeNumber : domain is not RealNumber)
            return Refuse(entry, $"{form} is for {(form == "integer" ? "whole numbers" : "numbers with fractions")}, and this key takes {domain.Expected}; use {(domain is WholeNumber ? "integer" : domain is RealNumber ? "uniform" : "choice")}");
        if (range.Value is not ListNode { Items: [ScalarNode low, ScalarNode high] }
            || !ExactDecimal.TryParse(low.Text, out var least) || !ExactDecimal.TryParse(high.Text, out var most) || (most - least).Sign <= 0 || (form == "log_uniform" && least.Sign <= 0))
            return Refuse(entry, $"{form} must be [low, high]{(form == "log_uniform" ? " with 0 < low < high" : " with low < high")}, found {range.Value.Found}");
        var (first, last) = (domain.Read(low), domain.Read(high));
        if ((first.MustBe ?? last.MustBe) is { } mustBe)
            return Refuse(entry, $"values must be {mustBe}, found {(first.MustBe is null ? high : low).Found} as an end of {form}");
        return (first.Value, last.Value) switch
        {
            (Value.Whole { Number: var a }, Value.Whole { Number: var b }) => new SearchDomain.WholeRange(a, b),
            (Value.Real { Number: var a }, Value.Real { Number: var b }) => form == "uniform" ? new SearchDomain.Uniform(a, b) : new SearchDomain.LogUniform(a, b),
            _ => Refuse(entry, $"{form} must be of two numbers, found {range.Value.Found}"),
        };
    }

    private SearchDomain? Choice(KeyDefinition definition, MapEntry entry, ListNode list)
    {
        if (list.Items.Count == 0)
            return Refuse(entry, "has no values; give at least one, or remove the key");
        var values = new List<Value>();
        foreach (var (index, item) in list.Items.Index())
        {
            var (value, mustBe) = definition.Domain.Read(item);
            if (value is null)
                return Refuse(entry, $"values must be {mustBe}, found {item.Found} at index {index}{SpecificationReader.Advice(definition, item)}");
            if (values.Contains(value))
                return Refuse(entry, $"values must differ, found {value} again at index {index}; remove one");
            values.Add(value);
        }
        return new SearchDomain.Choice(values);
    }

    private List<KeyValuePair<string, Value>>? When(MapEntry entry, MapEntry when)
    {
        if (when.Value is not MapNode { Entries: { Count: > 0 } entries })
        {
            Refuse(entry, $"when must be a mapping of keys to the value under which it applies, like {{training.optimizer: sgd}}, found {when.Value.Found}");
            return null;
        }
        var conditions = new List<KeyValuePair<string, Value>>();
        foreach (var condition in entries)
        {
            if (SweepFileKeys.Find(condition.Key) is not { } definition)
            {
                Refuse(entry, $"when names an unknown key {ScalarNode.Quote(condition.Key)}{(NearestKey.Of("", condition.Key) is { } near ? $"; did you mean '{near}'?" : "")}");
                return null;
            }
            var (value, mustBe) = definition.Domain.Read(condition.Value);
            if (value is null)
                Refuse(entry, $"when: {condition.Key} must be {mustBe}, found {condition.Value.Found}");
            else if (_keys.FirstOrDefault(searched => searched.Key == condition.Key) is { Domain: SearchDomain.Choice choice } && !choice.Values.Contains(value))
                Refuse(entry, $"when: {condition.Key} is never {value}; it is drawn from {choice.Text}");
            else if (_keys.Any(searched => searched.Key == condition.Key && searched.Domain is not SearchDomain.Choice))
                Refuse(entry, $"when: {condition.Key} is drawn from a range, and hits one value by chance only; make it a choice");
            else if (_waiting.Contains(condition.Key))
                Refuse(entry, $"when: {condition.Key} must be drawn before what depends on it; write it above");
            else
            {
                conditions.Add(KeyValuePair.Create(condition.Key, value));
                continue;
            }
            return null;
        }
        return conditions;
    }

    private SearchDomain? Refuse(MapEntry entry, string text)
    {
        problems.Add(entry.At, $"search '{entry.Key}': {text}");
        return null;
    }
}
