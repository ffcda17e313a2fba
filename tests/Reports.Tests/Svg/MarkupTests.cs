using System.Xml.Linq;
using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Tests.Svg;

public sealed class MarkupTests
{
    public static TheoryData<string> HostileNames =>
    [
        "</title><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onload='alert(1)", "<![CDATA[ ]]>", "&lt;&amp;&#0;",
        "a\0b\u0001c\u001f\u007f", "\ud800 alone \udfff", "\ufffe\uffff", "😀 λ 中文", "\u202eeman", "-->", "{{7*7}}", "", " ", new string('x', 10_000), string.Concat(Enumerable.Repeat("😀", 5_000)),
    ];

    [Theory]
    [MemberData(nameof(HostileNames))]
    public void Any_text_leaves_the_drawing_well_formed_and_itself(string name)
    {
        var figure = SweepFigures.Of(SyntheticSweep.OfPlain())[0] with
        {
            Title = name,
            Subtitle = name,
            Caption = name,
            Notes = [name],
            Legend = new Legend(name, [new LegendEntry(Swatch.Line, InkRole.Model, name, name)]),
        };
        var root = XDocument.Parse(FigureSvg.Draw(figure)).Root!;
        Assert.DoesNotContain(root.Descendants(), element => element.Name.LocalName is "script" or "img");
        Assert.DoesNotContain(root.DescendantsAndSelf().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase));
        Assert.True(root.ToString().Length < 200_000);
    }

    [Fact]
    public void A_line_of_one_point_is_a_disc()
    {
        var figure = SweepFigures.Of(SyntheticSweep.OfPlain())[0];
        double[] epochs = [1, 2, 3, 4], losses = [0.5, double.NaN, 0.25, 0.125];
        var svg = FigureSvg.Draw(figure with { Panels = [figure.Panels[0] with { Marks = [new Line("Losses", InkRole.Training, epochs, losses)] }] });
        Assert.Single(XDocument.Parse(svg).Descendants(), element => element.Name.LocalName == "circle");
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-0.001, "0")]
    [InlineData(12.5, "12.5")]
    [InlineData(0.005, "0.01")]
    [InlineData(-3.999, "-4")]
    [InlineData(1e9, "1000000000")]
    public void Numbers_are_short_and_fixed(double value, string expected) => Assert.Equal(expected, Markup.Number(value));

    [Fact]
    public void A_coordinate_that_is_no_number_is_our_error() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Markup.Number(double.NaN));

    [Fact]
    public void An_element_left_open_is_our_error() =>
        Assert.Throws<InvalidOperationException>(() => new Markup().Open("g").ToString());

    [Fact]
    public void A_path_does_not_drift()
    {
        var path = new PathData().MoveTo(0, 0);
        for (var i = 1; i <= 3; i++)
            path.LineTo(i * 0.333, -i * 0.333);
        Assert.Equal("M0 0l.33-.33 .34-.34 .33-.33", path.ToString());
    }

    [Theory]
    [InlineData("short", 100, "short")]
    [InlineData("aaaaaaaaaa", 5, "aaaaaaa…")]
    public void Long_text_ends_in_an_ellipsis(string text, double width, string expected) => Assert.Equal(expected, TextWidth.Fit(text, 1, width));

    [Fact]
    public void An_ellipsis_never_splits_a_character() =>
        Assert.True(TextWidth.Fit(string.Concat(Enumerable.Repeat("😀", 100)), 1, 9.5).TrimEnd('…').Length % 2 == 0);
}
