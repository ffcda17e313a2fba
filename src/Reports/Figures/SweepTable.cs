using SweepCluster.Reports.Rows;

namespace SweepCluster.Reports.Figures;

/// <summary>What one configuration came to, over its finished replicates.</summary>
/// <param name="Row">Its first finished trial, or its first where none finished: a row of <see cref="TrialColumns"/>.</param>
/// <param name="Finished">Replicates with a finite validation loss.</param>
/// <param name="Training">Mean over those; NaN without any.</param>
/// <param name="Validation">Mean over those; NaN without any.</param>
/// <param name="Scored">Those of them that have what the sweep's trials are compared by.</param>
/// <param name="Score">Mean of it, turned so that less is better; NaN without any.</param>
/// <param name="Shown">Finished replicates that have what figures draw, and its mean in <paramref name="Value"/>, as it is.</param>
internal readonly record struct Outcome(int Row, int Trials, int Finished, double Training, double Validation, int Scored, double Score, int Shown, double Value);

/// <summary>All trials of a sweep, placed on its grid: what every comparison of configurations is made from.</summary>
internal sealed class SweepTable
{
    private readonly int[][] _values;

    public SweepTable(TrialColumns columns)
    {
        Columns = columns;
        Grid = Grid.Of(columns);
        _values = [.. Grid.Axes.Select(axis => Places(axis, columns.Keys.First(key => key.Name == axis.Key)))];
        Configuration = Configurations(columns);
        Outcomes = Sum(columns, Configuration);
    }

    public TrialColumns Columns { get; }

    public Grid Grid { get; }

    /// <summary>For each trial, which configuration it is of; numbered in order of first appearance.</summary>
    public int[] Configuration { get; }

    public IReadOnlyList<Outcome> Outcomes { get; }

    /// <summary>Index into the axis' values of a trial.</summary>
    public int Place(int axis, int row) => _values[axis][row];

    public AxisValue Value(int axis, int row) => Grid.Axes[axis].Values[_values[axis][row]];

    /// <summary>Trials whose result counts, in order.</summary>
    public IEnumerable<int> Finished => Enumerable.Range(0, Columns.Count).Where(Columns.Counts);

    /// <summary>Trials with a number that the axis of what is shown has a place for, in order.</summary>
    public IEnumerable<int> Shown => Enumerable.Range(0, Columns.Count).Where(Columns.Shows);

    public Measures Measures => Columns.Measures;

    /// <summary>“the best”, or “the best by accuracy” where that is not what is shown.</summary>
    public string TheBest => Measures.Shown == Measures.Objective ? "the best" : $"the best by {Measures.Objective.Title}";

    /// <summary>“λ = 1e-5, p = 0.1”.</summary>
    public string Equations(int row) => string.Join(", ", Grid.Axes.Select((axis, i) => axis.Equation(Value(i, row))));

    /// <summary>“12 Completed, 3 Failed”.</summary>
    public string States() =>
        string.Join(", ", Columns.State.GroupBy(state => state).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()} {g.Key}"));

    private static int[] Places(GridAxis axis, KeyColumn key)
    {
        var place = new Dictionary<string, int>();
        for (var i = 0; i < axis.Values.Count; i++)
            place[axis.Values[i].Text] = i;
        var byText = key.Texts.Select(text => place[text]).ToArray();
        return [.. key.Rows.Select(text => byText[text])];
    }

    // Two trials are of one configuration when all keys agree; paired key by key, so that no product of sizes can overflow.
    private static int[] Configurations(TrialColumns columns)
    {
        var configuration = new int[columns.Count];
        foreach (var key in columns.Keys)
        {
            var known = new Dictionary<(int, int), int>();
            for (var row = 0; row < configuration.Length; row++)
            {
                var pair = (configuration[row], key.Rows[row]);
                if (!known.TryGetValue(pair, out var index))
                    known.Add(pair, index = known.Count);
                configuration[row] = index;
            }
        }

        return configuration;
    }

    private static Outcome[] Sum(TrialColumns columns, int[] configuration)
    {
        var count = configuration.Length == 0 ? 0 : configuration.Max() + 1;
        var (rows, trials, finished) = (new int[count], new int[count], new int[count]);
        var (scored, shown) = (new int[count], new int[count]);
        var (training, validation, score, value) = (new double[count], new double[count], new double[count], new double[count]);
        Array.Fill(rows, -1);
        for (var row = 0; row < configuration.Length; row++)
        {
            var c = configuration[row];
            trials[c]++;
            var counts = columns.Counts(row);
            if (rows[c] < 0 || (counts && (finished[c] == 0 || Before(columns, row, rows[c]))))
                rows[c] = row;
            if (columns.Shows(row))
            {
                shown[c]++;
                value[c] += columns.Shown[row];
            }

            if (!counts)
                continue;
            finished[c]++;
            training[c] += columns.Training[row];
            validation[c] += columns.Validation[row];
            if (!double.IsFinite(columns.Score[row]))
                continue;
            scored[c]++;
            score[c] += columns.Score[row];
        }

        return [.. Enumerable.Range(0, count).Select(c => new Outcome(rows[c], trials[c], finished[c], training[c] / finished[c], validation[c] / finished[c], scored[c], score[c] / scored[c], shown[c], value[c] / shown[c]))];
    }

    private static bool Before(TrialColumns columns, int row, int other) =>
        (columns.Replicate[row], columns.Ordinal[row]).CompareTo((columns.Replicate[other], columns.Ordinal[other])) < 0;
}
