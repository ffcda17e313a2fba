using System.Text.Json;
using SweepCluster.Reports.Figures;

namespace SweepCluster.Reports.Rows;

/// <summary>
/// All trials of a sweep, as columns: what comparisons need and nothing more, about 50 bytes a trial, so that a sweep of 50,000
/// trials takes a few megabytes. Rows stand in order of ordinal and replicate.
/// </summary>
/// <param name="order">Keys of the grid in its order; those that no configuration has are no columns, those it does not name come last.</param>
internal sealed class TrialColumns(IReadOnlyList<string>? order = null)
{
    private readonly List<long> _id = [];
    private readonly List<int> _ordinal = [];
    private readonly List<int> _replicate = [];
    private readonly List<string> _state = [];
    private readonly List<double> _training = [];
    private readonly List<double> _validation = [];
    private readonly List<double> _irreducible = [];
    private readonly List<double> _score = [];
    private readonly List<double> _shown = [];
    private readonly List<KeyColumn> _keys = [];
    private string? _lastConfiguration;

    public int Count => _id.Count;

    public IReadOnlyList<long> Id => _id;

    public IReadOnlyList<int> Ordinal => _ordinal;

    public IReadOnlyList<int> Replicate => _replicate;

    public IReadOnlyList<string> State => _state;

    /// <summary>Loss of the last epoch; NaN where there is none.</summary>
    public IReadOnlyList<double> Training => _training;

    /// <summary>Loss after the last epoch; NaN where there is none.</summary>
    public IReadOnlyList<double> Validation => _validation;

    /// <summary>Irreducible error of the trial's data; NaN where it is not known.</summary>
    public IReadOnlyList<double> Irreducible => _irreducible;

    /// <summary>What the sweep's trials are compared by, so that less is better: the validation loss, or its objective; NaN where there is none.</summary>
    public IReadOnlyList<double> Score => _score;

    /// <summary>What figures draw, as it is: of <see cref="Measures.Shown"/>; NaN where there is none.</summary>
    public IReadOnlyList<double> Shown => _shown;

    /// <summary>The keys of the grid, in its order.</summary>
    public IReadOnlyList<KeyColumn> Keys => _keys;

    public Measures Measures { get; init; } = Measures.Default;

    public int Replicates => _replicate.Count == 0 ? 0 : _replicate.Distinct().Count();

    public static TrialColumns Of(IEnumerable<TrialRow> trials)
    {
        var columns = new TrialColumns();
        foreach (var trial in trials)
        {
            columns.Add(
                trial.Id, trial.Ordinal, trial.Replicate, trial.Configuration.ValueKind == JsonValueKind.Object ? trial.Configuration.GetRawText() : "{}",
                trial.State, trial.TrainingLoss, trial.ValidationLoss, null);
        }

        return columns;
    }

    /// <summary>Its result counts: trained to the end or ended by a stopping rule.</summary>
    public bool IsFinished(int row) => _state[row] is "Completed" or "Stopped";

    /// <summary>Finished, with a validation loss that is a number.</summary>
    public bool Counts(int row) => IsFinished(row) && double.IsFinite(_validation[row]);

    /// <summary>Finished, with a number that the axis of <see cref="Measures.Shown"/> has a place for.</summary>
    public bool Shows(int row) => IsFinished(row) && double.IsFinite(Measures.Shown.At(_shown[row]));

    /// <summary>Where it stands on that axis.</summary>
    public double At(int row) => Measures.Shown.At(_shown[row]);

    public void Add(
        long id, int ordinal, int replicate, string configuration, string state, double? training, double? validation, double? irreducible, (double? Objective, double? Shown)? numbers = null)
    {
        _id.Add(id);
        _ordinal.Add(ordinal);
        _replicate.Add(replicate);
        _state.Add(string.Intern(state));
        _training.Add(training ?? double.NaN);
        _validation.Add(validation ?? double.NaN);
        _irreducible.Add(irreducible ?? double.NaN);
        _score.Add(Measures.Objective.Turn((numbers is { } known ? known.Objective : validation) ?? double.NaN));
        _shown.Add((numbers is { } drawn ? drawn.Shown : validation) ?? double.NaN);

        // Replicates of a configuration follow one another with the same text.
        if (configuration == _lastConfiguration)
        {
            foreach (var key in _keys)
                key.Repeat();
            return;
        }

        _lastConfiguration = configuration;
        using var document = JsonDocument.Parse(configuration);
        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in document.RootElement.EnumerateObject())
                Key(property.Name).Set(Count - 1, Grid.Text(property.Value));
        }

        foreach (var key in _keys)
            key.Pad(Count);
    }

    private KeyColumn Key(string name)
    {
        foreach (var key in _keys)
        {
            if (key.Name == name)
                return key;
        }

        var made = new KeyColumn(name);
        var place = Place(name);
        _keys.Insert(_keys.TakeWhile(key => Place(key.Name) <= place).Count(), made);
        return made;
    }

    private int Place(string name)
    {
        for (var i = 0; i < order?.Count; i++)
        {
            if (order[i] == name)
                return i;
        }

        return int.MaxValue;
    }
}

/// <summary>The values of one key of the grid: each text once, and for each trial which one.</summary>
internal sealed class KeyColumn(string name)
{
    private readonly List<string> _texts = [];
    private readonly Dictionary<string, int> _known = [];
    private readonly List<int> _rows = [];

    public string Name => name;

    /// <summary>In order of first appearance; empty text where a configuration lacks the key.</summary>
    public IReadOnlyList<string> Texts => _texts;

    /// <summary>For each trial, the index of its text.</summary>
    public IReadOnlyList<int> Rows => _rows;

    public void Set(int row, string text)
    {
        Pad(row);
        if (_rows.Count == row)
            _rows.Add(Index(text));
    }

    public void Repeat() => _rows.Add(_rows[^1]);

    public void Pad(int count)
    {
        while (_rows.Count < count)
            _rows.Add(Index(""));
    }

    private int Index(string text)
    {
        if (!_known.TryGetValue(text, out var index))
        {
            index = _texts.Count;
            _known.Add(text, index);
            _texts.Add(text);
        }

        return index;
    }
}
