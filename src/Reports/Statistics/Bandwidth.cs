using System.Globalization;

namespace SweepCluster.Reports.Statistics;

/// <summary>
/// How wide the kernel is: a number, or a rule that asks the parameters. σ̂ is their standard deviation, n their number.
/// Scott (1992): σ̂ · n^(−1/5). Silverman (1986, equation 3.28): σ̂ · (3n/4)^(−1/5). Both suppose one broad hump, and smooth
/// away the narrow peak that regularization makes: that is why the article's 0.001 is the usual one.
/// </summary>
/// <param name="Rule">Null for a fixed width.</param>
public sealed record Bandwidth(BandwidthRule? Rule, double Width)
{
    /// <summary>The article's: 0.001.</summary>
    public static Bandwidth Article { get; } = Fixed(KernelDensity.ArticleBandwidth);

    public static Bandwidth Scott { get; } = new(BandwidthRule.Scott, double.NaN);

    public static Bandwidth Silverman { get; } = new(BandwidthRule.Silverman, double.NaN);

    public static Bandwidth Fixed(double width) => new(null, width);

    /// <summary>Reads <c>scott</c>, <c>silverman</c> or a number between 1e-6 and 1; null for anything else.</summary>
    public static Bandwidth? Parse(string text) => text switch
    {
        "scott" => Scott,
        "silverman" => Silverman,
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var width) && width is >= 1e-6 and <= 1 => Fixed(width),
        _ => null,
    };

    /// <summary>The width for these parameters, in units of θ. Where a rule has nothing to go by (all equal, none), the article's.</summary>
    public double For(ReadOnlySpan<float> theta)
    {
        if (Rule is not { } rule)
            return Width;
        var finite = new List<double>(theta.Length);
        foreach (var value in theta)
        {
            if (float.IsFinite(value))
                finite.Add(value);
        }

        var deviation = Sample.Deviation(finite.ToArray());
        var count = rule == BandwidthRule.Scott ? finite.Count : 0.75 * finite.Count;
        var width = deviation * Elementary.Exp(-Elementary.Log(Math.Max(count, 1)) / 5);
        return width > 1e-9 ? width : KernelDensity.ArticleBandwidth;
    }

    public override string ToString() => Rule switch
    {
        BandwidthRule.Scott => "scott",
        BandwidthRule.Silverman => "silverman",
        _ => Width.ToString("R", CultureInfo.InvariantCulture),
    };
}

/// <summary>Rules that choose a bandwidth from the data.</summary>
public enum BandwidthRule
{
    Scott,
    Silverman,
}
