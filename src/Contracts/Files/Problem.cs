namespace SweepCluster.Contracts;

/// <summary>One thing that is wrong with what a person wrote: where, what was found, what was expected, what to do.</summary>
/// <param name="File">As the person named it.</param>
/// <param name="Line">Counted from 1; 0 when the problem is the file as a whole.</param>
/// <param name="Column">Counted from 1; 0 when the line says enough.</param>
public sealed record Problem(string Text, string File, int Line = 0, int Column = 0)
{
    public override string ToString() => (Line, Column) switch
    {
        (0, _) => $"{Text} ({File})",
        (_, 0) => $"{Text} ({File}:{Line})",
        _ => $"{Text} ({File}:{Line}:{Column})",
    };
}
