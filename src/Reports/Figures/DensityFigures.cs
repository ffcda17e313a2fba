using System.Globalization;
using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Figures;

/// <summary>Distributions of the parameters: figure 4 (trained against initial), figures 7 and 11 (one line per value of an axis).</summary>
internal static class DensityFigures
{
    // Where the article cuts: at 2.3 times the highest point of the initial distribution.
    private const double CutAt = 2.3;
    private const double Window = 0.2;

    public static Figure? OfModel(TrialResult result, string who)
    {
        if (result.Parameters is not { Trained.IsEmpty: false, Initial.IsEmpty: false } parameters)
            return null;
        var (initial, trained) = (parameters.Initial, parameters.Trained);
        var top = Top(initial, [trained]);
        var marks = new List<Mark>
        {
            new Line("Initial", InkRole.Initial, initial.Grid, initial.P),
            new Line("Trained", InkRole.Training, trained.Grid, trained.P),
        };
        marks.AddRange(Cuts([("trained", trained)], top));
        return new Figure(
            "model-density",
            "How training moves the parameters",
            Join(who, $"{parameters.Count:N0} parameters"),
            "All weights and biases together. They start evenly spread over the interval that the layers' width gives; training "
            + $"pulls some far out and rounds the edges off. Entropy: {Nats(parameters.InitialEntropy)} before, "
            + $"{Nats(parameters.Entropy)} after; relative entropy D(initial ‖ trained): {Nats(parameters.Divergence)}.",
            [new Panel(new Axis(Label.Italic("θ"), -0.315, 0.315), DensityAxis(top), marks)],
            new Legend(Label.Empty, [new(Swatch.Line, InkRole.Training, "Trained"), new(Swatch.Line, InkRole.Initial, "Initial")]),
            Left([("trained", trained), ("initial", initial)]));
    }

    public static Figure? OfSlice(Slice slice, string suffix)
    {
        var members = slice.WithParameters.ToArray();
        if (members.Length == 0)
            return null;
        var initial = members[0].Result.Parameters!.Initial;
        var densities = members.Select(member => (Name: slice.Axis.Equation(member.Value), Density: member.Result.Parameters!.Trained)).ToArray();
        var top = Top(initial, densities.Select(d => d.Density));
        var marks = new List<Mark>();
        foreach (var (member, (name, density)) in members.Zip(densities))
            marks.Add(new Line(name, member.Ink, density.Grid, density.P, 0.9));
        marks.Add(new Dots("Initial", InkRole.Initial, initial.Grid, initial.P, 2.2));
        marks.AddRange(Cuts(densities, top));
        return new Figure(
            "densities" + suffix,
            $"Distribution of the parameters for each {slice.Axis.Symbol}",
            slice.Held,
            Caption(slice.Axis.Key),
            [new Panel(new Axis(Label.Italic("θ"), -Window, Window), DensityAxis(top), marks)],
            SliceLegend.Lines(slice, members, new LegendEntry(Swatch.Dot, InkRole.Initial, "Initial"), member => Height(member, top)),
            [.. slice.Missing, .. Left(densities)]);
    }

    internal static string Nats(double nats) =>
        double.IsPositiveInfinity(nats) ? "infinite" : double.IsNaN(nats) ? "undefined" : nats.ToString("0.00", CultureInfo.InvariantCulture) + " nats";

    private static string Caption(string key) => key switch
    {
        "regularization.l2" =>
            "λ pulls every parameter towards zero, so the even distribution collapses into a peak, the higher the greater λ. The peaks "
            + "are cut at the upper edge, at 2.3 times the initial height; the legend says how high they go. The shoulders that stay are the "
            + "parameters the data pays for.",
        "regularization.dropout.p" =>
            "Dropout does not draw the parameters to zero: their distribution keeps its width and grows tails. At p = 1 nothing learns but "
            + "the output's bias, and the initial distribution remains as it was.",
        _ => "Dots are the initial distribution, lines the trained ones; peaks above the upper edge are cut there.",
    };

    private static double Top(Density initial, IEnumerable<Density> trained)
    {
        var highest = trained.Select(density => density.Peak).Append(initial.Peak).Max();
        var cut = CutAt * initial.Peak;
        return initial.Peak > 0 && highest > cut ? cut : highest * 1.06;
    }

    private static Axis DensityAxis(double top) => new(Label.Italic("p") + "(" + Label.Italic("θ") + ")", -0.045 * top, top);

    private static string? Height(Member member, double top)
    {
        var peak = member.Result.Parameters!.Trained.Peak;
        return peak > top ? "↑ " + peak.ToString(peak < 0.1 ? "0.000" : "0.00", CultureInfo.InvariantCulture) : null;
    }

    // One mark per stretch where any curve is above the edge: eight marks on the same pixels would say less.
    private static IEnumerable<Cut> Cuts(IReadOnlyList<(string Name, Density Density)> densities, double top)
    {
        var grid = densities[0].Density.Grid;
        for (var j = 0; j < grid.Length; j++)
        {
            if (!Above(j))
                continue;
            var from = j;
            while (j + 1 < grid.Length && Above(j + 1))
                j++;
            var highest = densities.Max(d => d.Density.P.AsSpan(from, j - from + 1).ToArray().Max());
            yield return new Cut($"cut: peaks go up to {highest.ToString("0.000", CultureInfo.InvariantCulture)}", grid[from], grid[j]);
        }

        bool Above(int j) => densities.Any(d => d.Density.P[j] > top);
    }

    private static List<string> Left(IEnumerable<(string Name, Density Density)> densities) =>
        [.. densities.Where(d => d.Density.Left > 0).Select(d => $"{d.Name}: {d.Density.Left} parameters are not finite numbers and are left out.")];

    private static string Join(string who, string what) => who.Length == 0 ? what : $"{who}; {what}";
}
