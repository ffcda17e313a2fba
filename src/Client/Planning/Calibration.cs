using System.Collections.Concurrent;
using SweepCluster.Contracts;
using SweepCluster.Grains;

namespace SweepCluster.Client.Planning;

/// <summary>
/// What the configurations of a grid cost on this machine. The first configuration is timed, and each axis by itself away from it;
/// effects of several axes multiply. A grid of any size is measured in about as many timings as its axes have values.
/// </summary>
internal sealed class Calibration
{
    private const int MostValues = 6;
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(1.8);

    private readonly Specification _specification;
    private readonly IReadOnlyDictionary<string, double[]> _factors;
    private readonly double _drawn;

    /// <param name="drawn">What a configuration of the search costs on average, in those of the first.</param>
    private Calibration(Specification specification, double secondsPerEpoch, IReadOnlyDictionary<string, double[]> factors, double drawn)
    {
        (_specification, SecondsPerEpoch, _factors, _drawn) = (specification, secondsPerEpoch, factors, drawn);
    }

    /// <summary>Of the grid's first configuration, in seconds of one core.</summary>
    public double SecondsPerEpoch { get; }

    /// <summary>Seconds of one core for training every trial.</summary>
    public double TrainingSeconds
    {
        get
        {
            // The sum over a grid of products is the product of the axes' sums.
            var epochs = _specification.Axes.Any(axis => axis.Key == Epochs) ? 1 : _specification.ValuesOf(Epochs).Average(value => value.AsNumber!.Value);
            return _specification.Replicates * SecondsPerEpoch * epochs * _drawn * (_specification.Search?.Configurations ?? 1) * _specification.Axes.Aggregate(1.0, (product, axis) =>
                product * (axis.Key == Epochs ? axis.Values.Sum(value => value.AsNumber!.Value) : _factors[axis.Key].Sum()));
        }
    }

    /// <summary>Seconds of one core for a row's way through the first configuration's network with dropped units.</summary>
    public double SecondsPerPass
    {
        get
        {
            // A trained row goes forward, and twice as much backward; masks cost a third of the way forward.
            var data = TrialPlan.Of(_specification.Resolve(_specification.ConfigurationAt(0), 0)).Data;
            return SecondsPerEpoch / data.Points / ((3 * data.Split.Train) + data.Split.Validation) * 4 / 3;
        }
    }

    private const string Epochs = "training.epochs";
    private const string Search = "search";

    /// <param name="slots">Timings made at a time, as trials will be trained: cores that share a cache or a clock are slower together.</param>
    public static Calibration Of(Specification specification, int slots, CancellationToken cancel)
    {
        var first = specification.ConfigurationAt(0);
        var table = specification.DataFile is { } file ? Tables.RowsOf(file.Table) : null;
        var timed = new List<(string? Key, int Index, TrialPlan Plan)> { (null, 0, Plan(first)) };
        foreach (var axis in specification.Axes.Where(axis => axis.Key != Epochs))
            timed.AddRange(Spread(axis.Values.Count).Where(i => i > 0).Select(i => ((string?)axis.Key, i, Plan(With(first, axis, i)))));

        if (specification.Search is { } search)
            timed.AddRange(Spread((int)search.Configurations).Where(i => i > 0).Select(i => ((string?)Search, i, Plan(specification.ConfigurationAt(i)))));

        // Twice over, so that a moment of other work on the machine is not taken for a costly value.
        var rounds = timed.Count <= slots ? 2 * slots : 2;
        var each = Budget * slots / (timed.Count * rounds);
        var seconds = new ConcurrentDictionary<(string?, int), double>();
        Parallel.ForEach(Enumerable.Repeat(timed, rounds).SelectMany(all => all), new ParallelOptions { MaxDegreeOfParallelism = slots, CancellationToken = cancel }, one =>
        {
            var took = EpochTimer.SecondsPerEpoch(one.Plan, table, each);
            seconds.AddOrUpdate((one.Key, one.Index), took, (_, before) => Math.Min(before, took));
        });
        var alone = seconds[(null, 0)];
        var factors = specification.Axes.Where(axis => axis.Key != Epochs).ToDictionary(
            axis => axis.Key, axis => Between(axis.Values.Count, i => i == 0 ? 1 : seconds[(axis.Key, i)] / alone));
        var drawn = seconds.Where(one => one.Key.Item1 == Search).Select(one => one.Value / alone).Append(1).Average();
        return new Calibration(specification, alone, factors, drawn);

        TrialPlan Plan(Configuration configuration) => TrialPlan.Of(specification.Resolve(configuration, 0));
    }

    private static Configuration With(Configuration first, Axis axis, int index) =>
        new([.. first.Entries.Select(entry => entry.Key == axis.Key ? KeyValuePair.Create(axis.Key, axis.Values[index]) : entry)]);

    /// <summary>Places of the values that are timed: all of few, else the first, the last and some evenly between.</summary>
    internal static IEnumerable<int> Spread(int count) => count <= MostValues
        ? Enumerable.Range(0, count)
        : Enumerable.Range(0, MostValues).Select(i => (int)((long)i * (count - 1) / (MostValues - 1)));

    /// <summary>A factor for each value; those that were not timed lie on the line between their neighbours.</summary>
    internal static double[] Between(int count, Func<int, double> timed)
    {
        var places = Spread(count).ToArray();
        var values = places.Select(timed).ToArray();
        var factors = new double[count];
        for (var (i, segment) = (0, 0); i < count; i++)
        {
            while (segment < places.Length - 2 && i > places[segment + 1]) segment++;
            factors[i] = places.Length == 1 ? values[0]
                : values[segment] + ((values[segment + 1] - values[segment]) * (i - places[segment]) / (places[segment + 1] - places[segment]));
        }
        return factors;
    }
}
