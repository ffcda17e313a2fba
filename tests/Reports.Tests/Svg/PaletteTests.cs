using System.Globalization;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Tests.Svg;

/// <summary>
/// The palette as people with each kind of colour blindness see it: simulated in linear light (Machado, Oliveira and Fernandes 2009,
/// full severity), distances in OKLab (Ottosson 2020), times 100: 2 is just noticeable side by side.
/// </summary>
public sealed class PaletteTests
{
    private static readonly Dictionary<string, double[]> Sight = new()
    {
        ["normal"] = [1, 0, 0, 0, 1, 0, 0, 0, 1],
        ["protanopia"] = [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
        ["deuteranopia"] = [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881],
        ["tritanopia"] = [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900],
    };

    // Roles that stand in one figure and are told apart by colour.
    private static readonly (string One, string Other)[] Together =
        [("training", "validation"), ("training", "test"), ("validation", "test"), ("training", "initial"), ("model", "truth"), ("training", "truth"), ("training", "plain")];

    public static TheoryData<string, bool> SightAndPaper
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var sight in Sight.Keys)
            {
                data.Add(sight, false);
                data.Add(sight, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(SightAndPaper))]
    public void The_sequence_keeps_its_order_and_its_steps(string sight, bool dark)
    {
        var seen = Enumerable.Range(0, 9).Select(i => See(dark ? Palette.Dark(i / 8.0) : Palette.Light(i / 8.0), sight)).ToArray();
        for (var i = 0; i + 1 < seen.Length; i++)
        {
            Assert.True(seen[i].L - seen[i + 1].L > 0.02, $"step {i}: lightness falls by {seen[i].L - seen[i + 1].L:0.000} only");
            Assert.True(Distance(seen[i], seen[i + 1]) > 2.2, $"step {i}: {Distance(seen[i], seen[i + 1]):0.0}");
        }
    }

    [Theory]
    [MemberData(nameof(SightAndPaper))]
    public void Roles_that_stand_together_can_be_told_apart(string sight, bool dark)
    {
        foreach (var (one, other) in Together)
        {
            var distance = Distance(See(Role(one, dark), sight), See(Role(other, dark), sight));
            Assert.True(distance > 9, $"{one} and {other}: {distance:0.0}");
        }
    }

    // WCAG 2.2, 1.4.11 for marks and 1.4.3 for text.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Inks_stand_out_from_their_paper(bool dark)
    {
        var paper = Role("paper", dark);
        foreach (var role in (string[])["training", "validation", "test", "model", "initial", "plain", "frame"])
            Assert.True(Contrast(Role(role, dark), paper) >= 3, role);
        Assert.True(Contrast(Role("text", dark), paper) >= 7);
        Assert.True(Contrast(Role("quiet", dark), paper) >= 4.5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Words_on_a_cell_can_be_read_on_every_shade(bool dark)
    {
        for (var i = 0; i <= 100; i++)
        {
            var ink = SweepCluster.Reports.Figures.Ink.Series(i / 100.0);
            var words = Palette.IsDark(ink) && !dark ? "#ffffff" : "#101318";
            Assert.True(Contrast(words, dark ? Palette.Dark(ink.Place) : Palette.Light(ink.Place)) >= 3.5, $"place {ink.Place}");
        }
    }

    private static string Role(string name, bool dark)
    {
        var role = Palette.RoleColours.Single(role => role.Name == name);
        return dark ? role.Dark : role.Light;
    }

    private static (double L, double A, double B) See(string colour, string sight)
    {
        var (m, light) = (Sight[sight], Linear(colour));
        var seen = Enumerable.Range(0, 3).Select(i => Math.Clamp((m[3 * i] * light[0]) + (m[(3 * i) + 1] * light[1]) + (m[(3 * i) + 2] * light[2]), 0, 1)).ToArray();
        var l = Math.Cbrt((0.4122214708 * seen[0]) + (0.5363325363 * seen[1]) + (0.0514459929 * seen[2]));
        var n = Math.Cbrt((0.2119034982 * seen[0]) + (0.6806995451 * seen[1]) + (0.1073969566 * seen[2]));
        var s = Math.Cbrt((0.0883024619 * seen[0]) + (0.2817188376 * seen[1]) + (0.6299787005 * seen[2]));
        return (
            (0.2104542553 * l) + (0.7936177850 * n) - (0.0040720468 * s), (1.9779984951 * l) - (2.4285922050 * n) + (0.4505937099 * s),
            (0.0259040371 * l) + (0.7827717662 * n) - (0.8086757660 * s));
    }

    private static double Distance((double L, double A, double B) one, (double L, double A, double B) other) =>
        100 * Math.Sqrt(Math.Pow(one.L - other.L, 2) + Math.Pow(one.A - other.A, 2) + Math.Pow(one.B - other.B, 2));

    private static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour)
    {
        var light = Linear(colour);
        return (0.2126 * light[0]) + (0.7152 * light[1]) + (0.0722 * light[2]);
    }

    private static double[] Linear(string colour) =>
        [.. Enumerable.Range(0, 3).Select(i => int.Parse(colour.AsSpan(1 + (2 * i), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0).Select(c => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4))];
}
