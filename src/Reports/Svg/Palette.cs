using System.Globalization;
using System.Text;
using SweepCluster.Reports.Figures;

namespace SweepCluster.Reports.Svg;

/// <summary>
/// Colours. The sequential palette falls evenly in lightness (OKLCH) from amber over rose to deep violet, so its order survives
/// print in grey and every kind of colour blindness; on dark paper it runs from cream to violet, still light to dark.
/// </summary>
internal static class Palette
{
    private static readonly string[] LightRamp =
        ["#e6aa14", "#e98721", "#e36336", "#d0454d", "#b62e60", "#961f6e", "#731873", "#4f1270", "#2b105c"];

    private static readonly string[] DarkRamp =
        ["#ffe4b5", "#fecca1", "#ffb193", "#ff938f", "#fd7499", "#e069ae", "#bd64bc", "#9962be", "#7563b3"];

    /// <summary>Role, custom property, on white paper, on dark paper.</summary>
    private static readonly (string Name, string Light, string Dark)[] Roles =
    [
        ("paper", "#ffffff", "#14171c"),
        ("text", "#1c2127", "#e8eaed"),
        ("quiet", "#5b6670", "#a3adb7"),
        ("frame", "#39424b", "#8b96a1"),
        ("grid", "#e9ecef", "#262c34"),
        ("training", "#b1442e", "#f08a6c"),
        ("validation", "#1f6a7b", "#5fc0d2"),
        ("test", "#b8860b", "#ead27a"),
        ("model", "#b1442e", "#f08a6c"),
        ("truth", "#a9b6bf", "#55626e"),
        ("initial", "#1f6a7b", "#8fd0dc"),
        ("plain", "#5b6670", "#a3adb7"),
    ];

    // Drawn by every figure in the same words: repeating it on a page of many figures changes nothing.
    private const string Rules =
        """
        .sweep-figure{background:var(--paper);color:var(--text);font:12px ui-sans-serif,system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif;font-variant-numeric:tabular-nums}
        .sweep-figure text{fill:var(--text)}
        .sweep-figure .paper{fill:var(--paper)}
        .sweep-figure .title{font-size:16px;font-weight:600}
        .sweep-figure .quiet,.sweep-figure .subtitle{fill:var(--quiet)}
        .sweep-figure .axis-label,.sweep-figure .panel-title{font-size:13px}
        .sweep-figure .i{font-style:italic;font-family:"STIX Two Text",Cambria,Georgia,"Liberation Serif","DejaVu Serif",serif;font-size:1.1em}
        .sweep-figure .sub{font-size:.75em}
        .sweep-figure .frame{fill:none;stroke:var(--frame);stroke-width:1}
        .sweep-figure .ticks{fill:none;stroke:var(--frame);stroke-width:1}
        .sweep-figure .grid{fill:none;stroke:var(--grid);stroke-width:1}
        .sweep-figure .line{fill:none;stroke:var(--ink);stroke-linejoin:round;stroke-linecap:round}
        .sweep-figure .dots{fill:none;stroke:var(--ink);stroke-linecap:round}
        .sweep-figure .band{fill:var(--ink);opacity:.22}
        .sweep-figure .point{fill:var(--ink);stroke:var(--paper);stroke-width:1.5}
        .sweep-figure .beyond{fill:var(--ink)}
        .sweep-figure .infinity{font-size:19px}
        .sweep-figure .level{fill:none;stroke:var(--ink);stroke-width:1.2;stroke-dasharray:5 4}
        .sweep-figure .halo{paint-order:stroke;stroke:var(--paper);stroke-width:3.5px;stroke-linejoin:round}
        .sweep-figure .cut{fill:none;stroke:var(--text);stroke-width:1.3}
        .sweep-figure .cut-gap{fill:none;stroke:var(--paper);stroke-width:4}
        .sweep-figure .legend-box{fill:var(--paper);fill-opacity:.86}
        """;

    /// <summary>For marks that not every figure has; only figures that have them carry these rules.</summary>
    private const string ShapeRules =
        """
        .sweep-figure .tile{fill:var(--ink);stroke:var(--paper);stroke-width:.75}
        .sweep-figure .tile.empty{fill:none;stroke:var(--grid)}
        .sweep-figure .tile-text{font-size:11px;fill:#101318}
        .sweep-figure .tile-text.quiet{fill:var(--quiet)}
        .sweep-figure .tile-text.on-dark{fill:var(--on-dark)}
        .sweep-figure .bar{fill:var(--ink)}
        .sweep-figure .ridge-paper{fill:var(--paper)}
        .sweep-figure .ridge{fill:var(--ink);opacity:.3}
        .sweep-figure .highlight{fill:none;stroke:var(--text);stroke-width:2.2}
        .sweep-figure .highlight-paper{fill:none;stroke:var(--paper);stroke-width:5}
        .sweep-figure .whisker{fill:none;stroke:var(--ink);stroke-width:1.6}
        .sweep-figure .upright{fill:none;stroke:var(--frame);stroke-width:1.2}
        .sweep-figure .upright-label{font-size:12px}
        .sweep-figure .strong{font-weight:600}
        .sweep-figure .tile-text.small{font-size:10px}
        """;

    /// <summary>Rules for the marks that only some figures have; empty for a figure without them.</summary>
    public static string ShapeStyle(string id, Figure figure)
    {
        var has = figure.Panels.SelectMany(panel => panel.Marks).Any(mark => mark is Tile or Bar or Ridge or Highlight or Whisker or Upright or Remark)
            || figure.Legend?.Entries.Any(entry => entry.Swatch is Swatch.Block or Swatch.Band) == true || figure.Panels.Count == 0;
        return has
            ? $"#{id}{{--on-dark:#fff}}\n@media (prefers-color-scheme:dark){{#{id}{{--on-dark:#101318}}}}\n@media print{{#{id}{{--on-dark:#fff}}}}\n{ShapeRules.ReplaceLineEndings("\n")}\n"
            : "";
    }

    /// <summary>The class of an ink inside a figure; series are numbered by their place, in 1000 steps.</summary>
    public static string Class(Ink ink) => ink.Role == InkRole.Series
        ? "s" + Step(ink).ToString("0000", CultureInfo.InvariantCulture)
        : "ink-" + Name(ink.Role);

    /// <summary>The style sheet of one figure: its paper, its inks, in light and in dark.</summary>
    public static string StyleSheet(string id, IEnumerable<Ink> inks)
    {
        var series = inks.Where(ink => ink.Role == InkRole.Series).Select(ink => (Class: Class(ink), Step: Step(ink))).Distinct().OrderBy(s => s.Step).ToArray();
        var style = new StringBuilder();
        Properties(style, id, "", role => role.Light, LightRamp);
        style.Append("@media (prefers-color-scheme:dark){");
        Properties(style, id, "", role => role.Dark, DarkRamp);
        style.Append("}\n");
        style.Append("@media print{");
        Properties(style, id, "", role => role.Light, LightRamp);
        style.Append("}\n").Append(Rules.ReplaceLineEndings("\n")).Append('\n');
        foreach (var role in Enum.GetValues<InkRole>().Where(role => role != InkRole.Series))
            style.Append($".sweep-figure .ink-{Name(role)}{{--ink:var(--{Name(role)})}}\n");
        foreach (var (name, _) in series)
            style.Append($"#{id} .{name}{{--ink:var(--{name})}}\n");
        return style.ToString();

        void Properties(StringBuilder to, string figure, string media, Func<(string Name, string Light, string Dark), string> tone, string[] ramp)
        {
            to.Append(media).Append('#').Append(figure).Append('{');
            foreach (var role in Roles)
                to.Append("--").Append(role.Name).Append(':').Append(tone(role)).Append(';');
            foreach (var (name, step) in series)
                to.Append("--").Append(name).Append(':').Append(At(ramp, step)).Append(';');
            to.Append("}\n");
        }
    }

    /// <summary>The light palette's colour at a place, for tests and for legends outside figures.</summary>
    internal static string Light(double place) => At(LightRamp, Step(Ink.Series(place)));

    /// <summary>Words on this place of the light palette are white, else black.</summary>
    public static bool IsDark(Ink ink) => ink.Place > 0.36;

    /// <summary>The inks of roles by name, on white and on dark paper.</summary>
    internal static IReadOnlyList<(string Name, string Light, string Dark)> RoleColours => Roles;

    internal static string Dark(double place) => At(DarkRamp, Step(Ink.Series(place)));

    private static int Step(Ink ink) => (int)Math.Round(Math.Clamp(double.IsNaN(ink.Place) ? 0.5 : ink.Place, 0, 1) * 1000);

    private static string Name(InkRole role) => role.ToString().ToLowerInvariant();

    // Between two neighbours of nine the straight way through sRGB is as good as any.
    private static string At(string[] ramp, int step)
    {
        var scaled = step * (ramp.Length - 1);
        var (index, rest) = (Math.Min(scaled / 1000, ramp.Length - 2), 0);
        rest = scaled - (index * 1000);
        var result = new StringBuilder("#");
        for (var channel = 1; channel < 7; channel += 2)
        {
            var (from, to) = (Channel(ramp[index], channel), Channel(ramp[index + 1], channel));
            result.Append((((from * (1000 - rest)) + (to * rest) + 500) / 1000).ToString("x2", CultureInfo.InvariantCulture));
        }

        return result.ToString();
    }

    private static int Channel(string colour, int at) => int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
