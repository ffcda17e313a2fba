using SweepCluster.Reports.Export;
using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Service;

/// <summary>A figure as it is shown, without its numbers.</summary>
/// <param name="Caption">Null where it is known only once the figure is drawn.</param>
internal sealed record FigureCard(string Name, string Title, string? Caption, IReadOnlyList<string> Notes)
{
    public static FigureCard Of(Figure figure) => new(figure.Name, figure.Title, figure.Caption, figure.Notes ?? []);
}

/// <summary>A figure drawn.</summary>
/// <param name="Hover">The numbers that a pointer can find, thinned.</param>
internal sealed record FigurePrint(FigureCard Card, string Subtitle, string Svg, string Hover)
{
    // About one for each pixel column of the widest panel.
    private const int HoverPoints = 700;

    public long Bytes => 2L * (Svg.Length + Hover.Length + (Card.Caption?.Length ?? 0) + 200);

    public static FigurePrint Of(Figure figure) =>
        new(FigureCard.Of(figure), figure.Subtitle, FigureSvg.Draw(figure), FigureJson.Of(figure, HoverPoints));
}
