namespace SweepCluster.Reports.Figures;

/// <summary>A figure of which the store holds too little: a picture that says what is missing, so that its address never breaks.</summary>
internal static class EmptyFigure
{
    public static Figure Of(string name, string why, SweepTable table) => new(
        name,
        "Nothing to draw yet",
        table.Columns.Count == 0 ? "The sweep has no trials" : $"{table.Columns.Count:N0} trials: {table.States()}",
        why,
        []);
}
