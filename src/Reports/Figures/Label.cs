namespace SweepCluster.Reports.Figures;

internal enum RunStyle
{
    Plain,
    Italic,
    Subscript,
}

internal readonly record struct Run(string Text, RunStyle Style);

/// <summary>A short text with the two things mathematics needs of type: italics and subscripts.</summary>
internal sealed record Label(IReadOnlyList<Run> Runs)
{
    public static Label Empty { get; } = new([]);

    public static implicit operator Label(string text) => new([new Run(text, RunStyle.Plain)]);

    public static Label operator +(Label left, Label right) => new([.. left.Runs, .. right.Runs]);

    public static Label Italic(string text) => new([new Run(text, RunStyle.Italic)]);

    public static Label Subscript(string text) => new([new Run(text, RunStyle.Subscript)]);

    public bool IsEmpty => Runs.Count == 0;

    /// <summary>The words alone, for titles, descriptions and tables.</summary>
    public override string ToString() => string.Concat(Runs.Select(run => run.Text));
}
