using SweepCluster.Reports.Figures;

namespace SweepCluster.Reports.Svg;

/// <summary>Draws a label: italics in a serif, subscripts lowered.</summary>
internal static class Words
{
    public static void Draw(Markup svg, Label label, double x, double y, string? cssClass, string? anchor, string? transform = null)
    {
        svg.Open("text", "class", cssClass, "x", Markup.Number(x), "y", Markup.Number(y), "text-anchor", anchor, "transform", transform);
        var lowered = false;
        foreach (var run in label.Runs)
        {
            var subscript = run.Style == RunStyle.Subscript;
            var shift = subscript == lowered ? null : subscript ? ".3em" : "-.22em";
            lowered = subscript;
            var css = run.Style switch { RunStyle.Italic => "i", RunStyle.Subscript => "sub", _ => null };
            if (css is null && shift is null)
                svg.Text(run.Text);
            else
                svg.Element("tspan", run.Text, "class", css, "dy", shift);
        }

        svg.Close();
    }
}
