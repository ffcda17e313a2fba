using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Tests.Svg;

/// <summary>
/// The drawn figures, byte for byte. After a wanted change run the tests with SWEEP_APPROVE=1, look at what changed, commit it.
/// </summary>
public sealed class ApprovedFigureTests
{
    public static TheoryData<string, string> Figures
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var sweep in new[] { "l2", "dropout", "plain", "grid" })
            {
                foreach (var figure in Drawn(sweep))
                    data.Add(sweep, figure.Name);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Figures))]
    public void A_figure_is_drawn_as_approved(string sweep, string name)
    {
        var svg = FigureSvg.Draw(Drawn(sweep).Single(figure => figure.Name == name));
        var file = Path.Combine(Folder(), $"{sweep}.{name}.svg");
        if (Environment.GetEnvironmentVariable("SWEEP_APPROVE") == "1")
            File.WriteAllText(file, svg);
        Assert.Equal(File.ReadAllText(file), svg);
    }

    [Theory]
    [MemberData(nameof(Figures))]
    public void A_figure_is_well_formed_and_says_what_it_is(string sweep, string name)
    {
        var root = XDocument.Parse(FigureSvg.Draw(Drawn(sweep).Single(figure => figure.Name == name))).Root!;
        XNamespace svg = "http://www.w3.org/2000/svg";
        Assert.Equal(svg + "svg", root.Name);
        Assert.False(string.IsNullOrWhiteSpace(root.Element(svg + "title")?.Value));
        Assert.False(string.IsNullOrWhiteSpace(root.Element(svg + "desc")?.Value));
        var ids = root.Descendants().Select(element => element.Attribute("id")?.Value).OfType<string>().ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
        foreach (var use in root.Descendants(svg + "use"))
            Assert.Contains(use.Attribute("href")!.Value[1..], ids);
    }

    [Fact]
    public void Every_approved_file_belongs_to_a_figure()
    {
        var expected = Figures.Select(row => $"{row[0]}.{row[1]}.svg").Order(StringComparer.Ordinal);
        Assert.Equal(expected, Directory.GetFiles(Folder()).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));
    }

    private static readonly ConcurrentDictionary<string, IReadOnlyList<Figure>> Known = new();

    // Figures along the axes are approved with the sweeps of one axis; the grid adds those that only a grid has.
    private static IReadOnlyList<Figure> Drawn(string sweep) => Known.GetOrAdd(
        sweep, name => [.. SweepFigures.Of(Sweep(name)).Where(figure => name != "grid" || !(figure.Name.Contains("-regularization", StringComparison.Ordinal) || figure.Name is "data" or "model-losses" or "model-density") || figure.Name == "replicates-regularization-l2")]);

    private static SweepResults Sweep(string name) => name switch
    {
        "l2" => SyntheticSweep.OfL2(),
        "dropout" => SyntheticSweep.OfDropout(),
        "grid" => SyntheticSweep.OfGrid(),
        _ => SyntheticSweep.OfPlain(),
    };

    private static string Folder([CallerFilePath] string thisFile = "") =>
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "Approved")).FullName;
}
