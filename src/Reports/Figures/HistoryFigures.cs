using System.Globalization;

namespace SweepCluster.Reports.Figures;

/// <summary>How p(θ) of one model changes: over epochs, as hills behind one another, and in each layer.</summary>
internal static class HistoryFigures
{
    // As in the other figures of p(θ): peaks are cut at 2.3 times the highest point of the initial distribution.
    private const double CutAt = 2.3;

    // A hill as high as the initial distribution's reaches over this share of the way to the next base line but one.
    private const double Overlap = 0.95;

    public static Figure? OverEpochs(TrialResult result, string who)
    {
        if (result.History is not { Epochs: { Count: > 1 } epochs } || epochs.All(epoch => epoch.Density.IsEmpty))
            return null;
        var initial = epochs[0].Density.Peak > 0 ? epochs[0].Density.Peak : epochs.Max(epoch => epoch.Density.Peak);
        var scale = Overlap / initial;
        var marks = new List<Mark>();
        var ticks = new List<Tick>();

        // Later epochs in front, at the bottom: the last one is what was trained.
        foreach (var (i, (epoch, density)) in epochs.Index())
        {
            var at = epochs.Count - 1 - i;
            marks.Add(new Ridge($"epoch {epoch}", Ink.Series(0.15 + (0.85 * i / (epochs.Count - 1))), density.Grid, density.P, at, scale, CutAt * initial));
            ticks.Add(new Tick(at, epoch.ToString(CultureInfo.InvariantCulture)));
        }

        var cut = epochs.Where(epoch => epoch.Density.Peak > CutAt * initial).ToArray();
        return new Figure(
            "parameters-over-epochs",
            "The parameters while they are trained",
            who,
            "One hill for each snapshot, the first at the back: how much of the change happens early, and what goes on changing to the end.",
            [new Panel(
                new Axis(Label.Italic("θ"), -0.3, 0.3),
                new Axis("Epoch", -0.25, epochs.Count - 1 + (scale * Math.Min(epochs[0].Density.Peak * 1.1, CutAt * initial)) + 0.1, ticks),
                marks, null, Math.Clamp(0.4 + (epochs.Count * 0.08), 0.6, 1.4))],
            null,
            cut.Length == 0 ? null : [$"Peaks above 2.3 times the initial height are cut off flat; the highest goes up to {cut.Max(c => c.Density.Peak).ToString("0.000", CultureInfo.InvariantCulture)}."]);
    }

    public static Figure? PerLayer(TrialResult result, string who)
    {
        if (result.History is not { Layers: { Count: > 0 } layers })
            return null;
        var panels = new List<Panel>();
        foreach (var layer in layers.Take(12))
        {
            var top = Math.Min(CutAt * layer.Initial.Peak, Math.Max(layer.Initial.Peak, layer.Trained.Peak) * 1.08);
            top = top > 0 ? top : Math.Max(layer.Trained.Peak * 1.08, 1e-3);
            var marks = new List<Mark>
            {
                new Line("Initial", InkRole.Initial, layer.Initial.Grid, layer.Initial.P),
                new Line("Trained", InkRole.Training, layer.Trained.Grid, layer.Trained.P),
            };
            if (layer.Trained.Peak > top)
            {
                var peak = Array.IndexOf(layer.Trained.P, layer.Trained.Peak);
                marks.Add(new Cut($"cut: the peak goes up to {layer.Trained.Peak.ToString("0.000", CultureInfo.InvariantCulture)}", layer.Trained.Grid[peak], layer.Trained.Grid[peak]));
            }

            panels.Add(new Panel(
                new Axis(Label.Italic("θ"), layer.Initial.Grid[0], layer.Initial.Grid[^1]), new Axis(Label.Italic("p") + "(" + Label.Italic("θ") + ")", -0.045 * top, top, []), marks,
                $"{layer.Name}, {layer.Count.ToString("N0", CultureInfo.InvariantCulture)} parameters", 1.1));
        }

        return new Figure(
            "parameters-per-layer",
            "The parameters of each layer",
            who,
            "Each layer on its own axes: the width of the initial interval follows from the number of its inputs, so layers side by side look alike only in shape. "
            + "Densities are as smooth as Silverman's rule makes them for each layer. Look for the layer that training changes most.",
            panels,
            new Legend(Label.Empty, [new(Swatch.Line, InkRole.Training, "Trained"), new(Swatch.Line, InkRole.Initial, "Initial")]),
            layers.Count > 12 ? [$"The first 12 of {layers.Count} layers are drawn."] : null,
            layers.Count > 2 ? 2 : 1);
    }
}
