using System.Globalization;
using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports;

/// <summary>One column of the data, an input or a target.</summary>
/// <param name="Training">Its values in the training rows.</param>
public sealed record SplitColumn(string Name, IReadOnlyCollection<double> Training, IReadOnlyCollection<double> Validation);

/// <summary>Whether the training and the validation part look like draws from one distribution, column by column.</summary>
public static class SplitMismatch
{
    /// <summary>A split that is only chance is warned of once in a thousand times, however many its columns.</summary>
    public const double Level = 0.001;

    // More say no more: a difference that matters shows in so many.
    private const int MostRows = 20_000;

    /// <summary>A sentence for each column that differs, by the two-sample Kolmogorov–Smirnov test under Holm's correction.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<SplitColumn> columns)
    {
        var tests = columns.Select(column => (column.Name, Test: KolmogorovSmirnov.Test(Thinned(column.Training), Thinned(column.Validation))))
            .Where(tested => tested.Test is not null).Select(tested => (tested.Name, Test: tested.Test!.Value)).ToArray();
        var corrected = KolmogorovSmirnov.Holm([.. tests.Select(tested => tested.Test.P)]);
        return [.. tests.Zip(corrected).Where(pair => pair.Second < Level).Select(pair => Sentence(pair.First.Name, pair.First.Test.D, pair.Second, tests.Length))];
    }

    private static string Sentence(string name, double distance, double p, int columns) =>
        $"training and validation part differ in {name}: two-sample Kolmogorov–Smirnov D = {distance.ToString("0.000", CultureInfo.InvariantCulture)}, "
        + $"p {(p < 1e-15 ? "below 1e-15" : "= " + p.ToString("0.0e0", CultureInfo.InvariantCulture))}{(columns > 1 ? $" corrected for {columns} columns" : "")}; the validation loss then measures the difference too: "
        + "draw the split from all rows (another data.seed), or look why they differ";

    private static IReadOnlyCollection<double> Thinned(IReadOnlyCollection<double> values)
    {
        var every = (values.Count + MostRows - 1) / MostRows;
        return every <= 1 ? values : [.. values.Where((_, i) => i % every == 0)];
    }
}
