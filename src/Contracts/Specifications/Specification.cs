using System.Collections.Frozen;
using SweepCluster.Contracts.Files;
using SweepCluster.Contracts.Keys;

namespace SweepCluster.Contracts;

/// <summary>
/// What one sweep asks for, frozen at launch: every key has its value, the grid has its values one by one, and nothing that
/// changes later (a default, a library) changes what a stored specification means.
/// </summary>
public sealed class Specification : IEquatable<Specification>
{
    public const long MaxTrials = 1_000_000;

    private readonly FrozenDictionary<string, Value> _values;

    /// <param name="given">The keys that the file gives; the others get their defaults here.</param>
    internal Specification(IReadOnlyDictionary<string, Value> given, IReadOnlyList<Axis> axes, SearchSpace? search = null, DataFile? dataFile = null)
    {
        (Axes, Search, DataFile) = (axes, search, dataFile);
        var presetIsSwept = axes.Any(axis => axis.Key == Presets.Key);
        var values = new Dictionary<string, Value>(given);
        var kind = given.GetValueOrDefault("data.kind")?.ToString() ?? SweepFileKeys.Oscillation;
        if (kind == SweepFileKeys.Csv && given.GetValueOrDefault("data.task")?.ToString() == "classification")
            values.TryAdd("training.loss", new Value.Word("cross_entropy"));
        foreach (var definition in SweepFileKeys.All)
        {
            if (definition.OnlyFor is { } only && only != kind)
                continue;
            // A swept preset decides per configuration, so its keys stay open.
            if (definition.Default is { } text)
                values.TryAdd(definition.Key, definition.Domain.Read(new ScalarNode(text, false, default)).Value!);
            else if (Presets.Decide(definition.Key) && !presetIsSwept)
                values.TryAdd(definition.Key, Presets.Find(values[Presets.Key].ToString(), definition.Key)!);
        }
        values.TryAdd("data.seed", values["seed"]);
        _values = values.ToFrozenDictionary();
    }

    public string Name => Value("name").ToString();

    public ulong Seed => (ulong)((Value.Whole)Value("seed")).Number;

    public int Replicates => (int)((Value.Whole)Value("replicates")).Number;

    /// <summary>The grid, in the order of the sweep file; empty when there is none.</summary>
    public IReadOnlyList<Axis> Axes { get; }

    /// <summary>What is drawn at each point of the grid; null when nothing is.</summary>
    public SearchSpace? Search { get; }

    /// <summary>Keys that configurations may have, the grid's first, then the search's.</summary>
    public IEnumerable<string> SweptKeys => Axes.Select(axis => axis.Key).Concat(Search?.Keys.Select(searched => searched.Key) ?? []);

    /// <summary>The user's table, where the specification was read from a sweep file just now; null for one from a store.</summary>
    public DataFile? DataFile { get; }

    /// <summary>Every key outside the grid with its value, in the order of the reference; without the keys that a swept preset decides.</summary>
    public IEnumerable<KeyValuePair<string, Value>> Values =>
        SweepFileKeys.Of(_values.Keys).Select(definition => KeyValuePair.Create(definition.Key, _values[definition.Key]));

    /// <summary>Names the user's table; null where the data are generated.</summary>
    public string? DataFileSha256 => _values.GetValueOrDefault("data.sha256")?.ToString();

    /// <summary>Whether any configuration has test rows.</summary>
    public bool HasTestPart => !HasProgram && Assembly is null && ValuesOf("data.split.test").Any(share => share.AsNumber > 0);

    public long ConfigurationCount => Axes.Aggregate(Search?.Configurations ?? 1, (count, axis) => checked(count * axis.Values.Count));

    public long TrialCount => checked(ConfigurationCount * Replicates);

    /// <summary>Epochs of all trials together: how much work it is.</summary>
    public double EpochCount =>
        TrialCount * (Axes.FirstOrDefault(axis => axis.Key == "training.epochs") is { } swept
            ? swept.Values.Average(value => value.AsNumber!.Value)
            : ValuesOf("training.epochs").Average(value => value.AsNumber!.Value));

    /// <summary>The configuration at a place, counted from 0: at each point of the grid all that is drawn; the last axis moves fastest.</summary>
    public Configuration ConfigurationAt(long ordinal)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ordinal);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ordinal, ConfigurationCount);
        var drawn = Search?.Configurations ?? 1;
        var (place, index) = Math.DivRem(ordinal, drawn);
        var grid = PointAt(place);
        return Search is null ? grid : new Configuration([.. grid.Entries, .. Search.At(index, key => Find(key, grid))]);
    }

    private Configuration PointAt(long ordinal)
    {
        var entries = new KeyValuePair<string, Value>[Axes.Count];
        for (var i = Axes.Count - 1; i >= 0; i--)
        {
            entries[i] = KeyValuePair.Create(Axes[i].Key, Axes[i].Values[(int)(ordinal % Axes[i].Values.Count)]);
            ordinal /= Axes[i].Values.Count;
        }
        return new Configuration(entries);
    }

    /// <summary>Each combination of values that some of the keys have, as configurations that may name more keys.</summary>
    internal IEnumerable<Configuration> CombinationsOf(IReadOnlyCollection<string> keys)
    {
        var search = Search is not null && Search.Keys.Any(searched => keys.Contains(searched.Key)) ? Search : null;
        var conditions = search?.Keys.SelectMany(searched => searched.When).Select(condition => condition.Key).ToHashSet() ?? [];
        var part = new Specification(_values, [.. Axes.Where(axis => keys.Contains(axis.Key) || conditions.Contains(axis.Key))], search);
        for (long ordinal = 0; ordinal < part.ConfigurationCount; ordinal++)
            yield return part.ConfigurationAt(ordinal);
    }

    /// <summary>The values that a key takes: on its axis, in the search (as drawn, and where it does not apply), or everywhere.</summary>
    public IReadOnlyList<Value> ValuesOf(string key) =>
        Axes.FirstOrDefault(axis => axis.Key == key)?.Values
        ?? (Search?.Keys.Any(searched => searched.Key == key) == true
            ? [.. CombinationsOf([key]).Select(configuration => Find(key, configuration)).OfType<Value>().Distinct()]
            : [Value(key)]);

    /// <summary>Whether the key has a value: some belong to one kind of data.</summary>
    internal bool Has(string key) => _values.ContainsKey(key);

    /// <summary>Everything the result of one trial depends on.</summary>
    /// <param name="replicate">Counted from 0.</param>
    public TrialSpecification Resolve(Configuration configuration, int replicate) =>
        TrialResolution.Resolve(key => Value(key, configuration), TrialSeed.Of(Seed, replicate), Objective) with { Program = ProgramResolution.Resolve(this, configuration), Assembly = Assembly };

    /// <summary>What its trials are compared by. Sweeps of before may name the test part, which chooses nothing any more: they go by the default.</summary>
    public Objective Objective => Find("objective.metric")?.ToString() == "test" && !HasProgram ? Objective.Default : new(
        Find("objective.metric")?.ToString() ?? Objective.Default.Metric, Find("objective.direction")?.ToString() is { } direction ? direction == "maximize" : Objective.Default.Maximize);

    /// <summary>Whether a program of the user's trains its trials.</summary>
    public bool HasProgram => Find(ProgramKeys.Command) is not null;

    /// <summary>The trainer of the user's that trains its trials; null where there is none.</summary>
    public AssemblySpecification? Assembly =>
        Find(ProgramKeys.Assembly)?.ToString() is { } file ? new AssemblySpecification(Path.GetFullPath(file), Find(ProgramKeys.Type)?.ToString() ?? "") : null;

    /// <summary>Slots that one trial takes of its silo.</summary>
    public int Cores => Find("trainer.cores") is Value.Whole { Number: var cores } ? (int)cores : 1;

    /// <summary>The value of a key in one configuration, or outside the grid if none is given.</summary>
    public Value Value(string key, Configuration? configuration = null) =>
        Find(key, configuration)
        ?? throw new ArgumentException($"no such key: {key}", nameof(key));

    /// <summary>The same; null where it is neither given nor has a default.</summary>
    public Value? Find(string key, Configuration? configuration = null) =>
        configuration?[key]
        ?? _values.GetValueOrDefault(key)
        ?? (Presets.Decide(key) ? Presets.Find(Value(Presets.Key, configuration).ToString(), key) : null);

    /// <summary>What the store keeps: the sweep file's sections with every key, and the grid as a list of its axes in their order.</summary>
    public string ToJson() => SpecificationJson.Write(this, _values);

    /// <summary>Reads what <see cref="ToJson"/> wrote, whatever a database did to its spaces and to the order of its keys.</summary>
    /// <exception cref="FormatException">The text is not a specification.</exception>
    public static Specification FromJson(string json) => SpecificationJson.Read(json);

    public bool Equals(Specification? other) => other is not null && ToJson() == other.ToJson();

    public override bool Equals(object? obj) => Equals(obj as Specification);

    public override int GetHashCode() => ToJson().GetHashCode(StringComparison.Ordinal);
}
