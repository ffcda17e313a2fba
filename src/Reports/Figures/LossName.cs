namespace SweepCluster.Reports.Figures;

/// <summary>What a sweep's losses are losses of: figures say MSE unless told otherwise.</summary>
internal static class LossName
{
    private const string Usual = " MSE loss";

    /// <summary>The same figure with its loss called by its name.</summary>
    public static Figure? In(Figure? figure, string? loss)
    {
        var name = loss switch { "cross_entropy" => " cross-entropy", "huber" => " Huber loss", _ => null };
        return figure is null || name is null ? figure
            : figure with { Panels = [.. figure.Panels.Select(panel => panel with { X = Renamed(panel.X, name), Y = Renamed(panel.Y, name) })] };
    }

    private static Axis Renamed(Axis axis, string name) =>
        axis with { Label = new Label([.. axis.Label.Runs.Select(run => run.Text == Usual ? run with { Text = name } : run)]) };
}
