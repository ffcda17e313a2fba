namespace SweepCluster.Reports.Figures;

/// <summary>Figure 8: relative entropy of the initial to the trained distribution, and each one's Shannon entropy, along an axis.</summary>
internal static class DivergenceFigure
{
    public static Figure? Of(Slice slice, string suffix)
    {
        var members = slice.WithParameters.ToArray();
        if (members.Length == 0)
            return null;
        var axis = slice.Axis;
        var divergence = new List<Mark> { new Level("unchanged", InkRole.Plain, 0) };
        var entropy = new List<Mark> { new Level("initial", InkRole.Plain, members[0].Result.Parameters!.InitialEntropy) };
        foreach (var member in members)
        {
            var parameters = member.Result.Parameters!;
            var name = axis.Equation(member.Value);
            divergence.Add(double.IsPositiveInfinity(parameters.Divergence)
                ? new Beyond($"{name}: infinite", member.Ink, member.Value.At, "∞")
                : new Point($"{name}: {DensityFigures.Nats(parameters.Divergence)}", member.Ink, member.Value.At, parameters.Divergence));
            entropy.Add(new Point($"{name}: {DensityFigures.Nats(parameters.Entropy)}", member.Ink, member.Value.At, parameters.Entropy));
        }

        var x = XAxis(axis, members.Select(member => member.Value.At));
        var finite = divergence.OfType<Point>().Select(point => point.Y).Append(0).ToArray();
        var infinite = divergence.OfType<Beyond>().Count();
        var entropies = entropy.OfType<Point>().Select(point => point.Y).Append(members[0].Result.Parameters!.InitialEntropy);
        var y = Axis.Around(Label.Italic("D") + Label.Subscript("KL") + " / nats", finite, 0.08);
        return new Figure(
            "divergence" + suffix,
            $"How far {axis.Symbol} takes the parameters from where they began",
            slice.Held,
            "Above: the relative entropy D(initial ‖ trained). Below: the entropy of each trained distribution; the narrower its peak, the "
            + "lower. "
            + (infinite > 0
                ? "∞ at the upper edge: the divergence is infinite, because somewhere the trained density is exactly zero on the grid and the "
                  + "initial one is not. Leaving those points out would hide the strongest effect."
                : "All divergences are finite."),
            [
                new Panel(x, infinite > 0 ? y with { High = y.High + (0.16 * (y.High - y.Low)) } : y, divergence, null, 1.35),
                new Panel(x, Axis.Around(Label.Italic("H") + " / nats", entropies, 0.1), entropy),
            ],
            null,
            slice.Missing);
    }

    /// <param name="at">Positions that are drawn, in the axis' own units.</param>
    internal static Axis XAxis(GridAxis axis, IEnumerable<double> at, double pad = 0.05)
    {
        switch (axis.Kind)
        {
            case AxisKind.Linear:
                return Axis.Around(axis.Symbol, at, pad);
            case AxisKind.Ranked:
                return Axis.Around(axis.Symbol, at, pad, [.. axis.Values.Select(value => new Tick(value.At, value.Label))]);
            default:
                var label = (Label)"log" + Label.Subscript("10") + " " + axis.Symbol;
                var around = Axis.Around(label, at, pad);
                var zero = axis.Values[0].Number == 0 ? axis.Values[0].At : double.NaN;
                if (double.IsNaN(zero))
                    return around;
                var whole = Svg.Ticks.Between(axis.Values[1].At, around.High, 8);
                return around with { Ticks = [new Tick(zero, $"{axis.Symbol} = 0"), .. whole] };
        }
    }
}
