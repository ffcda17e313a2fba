namespace SweepCluster.Reports.Figures;

/// <summary>
/// A figure as numbers: everything that will be seen, in the units of its data, nothing about pixels.
/// <see cref="Svg.FigureSvg"/> draws it; tests read it; CSV comes from the same marks.
/// </summary>
/// <param name="Name">Stable name, also of the file: lower case, digits, dots and hyphens.</param>
/// <param name="Subtitle">What is held fixed, how many, of whom.</param>
/// <param name="Caption">What to look at.</param>
/// <param name="Notes">What is missing or cut, one sentence each.</param>
/// <param name="Columns">Panels stand in so many columns, row by row.</param>
internal sealed record Figure(
    string Name,
    string Title,
    string Subtitle,
    string Caption,
    IReadOnlyList<Panel> Panels,
    Legend? Legend = null,
    IReadOnlyList<string>? Notes = null,
    int Columns = 1);

/// <param name="Share">Height relative to the other rows of panels.</param>
internal sealed record Panel(Axis X, Axis Y, IReadOnlyList<Mark> Marks, Label? Title = null, double Share = 1);

/// <param name="Ticks">Null: evenly spaced at 1, 2 or 5 times a power of ten.</param>
internal sealed record Axis(Label Label, double Low, double High, IReadOnlyList<Tick>? Ticks = null)
{
    /// <summary>From the least to the greatest finite value and a share of that range more on either side.</summary>
    public static Axis Around(Label label, IEnumerable<double> values, double pad = 0.04, IReadOnlyList<Tick>? ticks = null)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            if (!double.IsFinite(value))
                continue;
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        if (low > high)
            (low, high) = (0, 1);
        var room = (high - low) * pad;

        // One single value, or values equal to the last bits, still get an axis of visible length.
        var least = Math.Max(Math.Max(Math.Abs(low), Math.Abs(high)) * 1e-9, 1e-300);
        if (high - low < least)
            room = Math.Max(Math.Abs(high), 1e-3) / 2;
        return new Axis(label, low - room, high + room, ticks);
    }
}

internal readonly record struct Tick(double At, string Text);

/// <param name="Title">Stands above the entries: what they are values of.</param>
internal sealed record Legend(Label Title, IReadOnlyList<LegendEntry> Entries);

/// <param name="Note">Small text after the label: why it is missing, how high its peak goes.</param>
internal sealed record LegendEntry(Swatch Swatch, Ink Ink, Label Label, string? Note = null);

internal enum Swatch
{
    Line,
    Dot,
    None,
    Block,
    Band,
}
