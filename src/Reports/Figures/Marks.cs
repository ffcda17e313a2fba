namespace SweepCluster.Reports.Figures;

/// <summary>What colour a mark has: a role, or a place on the sequential palette from 0 (light) to 1 (dark).</summary>
internal readonly record struct Ink(InkRole Role, double Place = 0)
{
    public static Ink Series(double place) => new(InkRole.Series, place);

    public static implicit operator Ink(InkRole role) => new(role);
}

internal enum InkRole
{
    Series,
    Training,
    Validation,
    Test,
    Model,
    Truth,
    Initial,
    Plain,
}

/// <summary>Something drawn inside a panel, in the panel's units.</summary>
/// <param name="Name">What a reader would call it; shown on hover and in the data table.</param>
internal abstract record Mark(string Name, Ink Ink);

/// <summary>A polyline; a value that is not finite breaks it.</summary>
/// <param name="Weight">Stroke relative to the usual one.</param>
internal sealed record Line(string Name, Ink Ink, double[] X, double[] Y, double Weight = 1, double Opacity = 1) : Mark(Name, Ink);

/// <summary>Many small dots, too many to name each.</summary>
/// <param name="Size">Diameter relative to the usual one.</param>
internal sealed record Dots(string Name, Ink Ink, double[] X, double[] Y, double Size = 1) : Mark(Name, Ink);

/// <summary>The area between two curves.</summary>
internal sealed record Band(string Name, Ink Ink, double[] X, double[] Low, double[] High) : Mark(Name, Ink);

/// <summary>One value worth a disc of its own.</summary>
internal sealed record Point(string Name, Ink Ink, double X, double Y) : Mark(Name, Ink);

/// <summary>A value beyond the axis: shown at the upper edge with its text (∞), never dropped.</summary>
internal sealed record Beyond(string Name, Ink Ink, double X, string Text) : Mark(Name, Ink);

/// <summary>A dashed level across the panel with its name on it.</summary>
internal sealed record Level(string Name, Ink Ink, double Y) : Mark(Name, Ink);

/// <summary>Where curves leave the panel through its upper edge between two x.</summary>
/// <param name="Name">How high they go.</param>
internal sealed record Cut(string Name, double From, double To) : Mark(Name, InkRole.Plain);

/// <summary>A hill on its own base line, one of several behind one another.</summary>
/// <param name="Height">In units of its own; drawn at <paramref name="Base"/> + height × <paramref name="Scale"/>.</param>
/// <param name="Most">Higher than this it is cut off flat.</param>
internal sealed record Ridge(string Name, Ink Ink, double[] X, double[] Height, double Base, double Scale, double Most) : Mark(Name, Ink);

/// <summary>A horizontal bar from zero.</summary>
internal sealed record Bar(string Name, Ink Ink, double Length, double Y, double Thickness) : Mark(Name, Ink);

/// <summary>A cell of a map, with what it stands for.</summary>
/// <param name="Value">NaN: nothing is known, and it stays empty.</param>
/// <param name="Text">Inside the cell; may be empty.</param>
internal sealed record Tile(string Name, Ink Ink, double X, double Y, double Width, double Height, double Value, string Text = "") : Mark(Name, Ink);

/// <summary>A frame around something, with a word above it.</summary>
internal sealed record Highlight(string Name, double X, double Y, double Width, double Height) : Mark(Name, InkRole.Plain);

/// <summary>An interval across one x, with caps.</summary>
internal sealed record Whisker(string Name, Ink Ink, double X, double Low, double High) : Mark(Name, Ink);

/// <summary>An upright axis inside the panel with ticks of its own.</summary>
/// <param name="Ticks">In the panel's units.</param>
internal sealed record Upright(string Name, Label Label, double X, IReadOnlyList<Tick> Ticks) : Mark(Name, InkRole.Plain);

/// <summary>A few words at a place.</summary>
internal sealed record Remark(string Name, double X, double Y, string Anchor = "middle") : Mark(Name, InkRole.Plain);
