using SweepCluster.Reports.Figures;

namespace SweepCluster.Reports.Svg;

/// <summary>Maps an axis to pixels, linearly.</summary>
internal readonly record struct Scale(double Low, double High, double From, double To)
{
    // Coordinates far outside are as good as just outside, and keep every number short.
    private const double FarAway = 20000;

    public Scale(Axis axis, double from, double to)
        : this(axis.Low, axis.High, from, to)
    {
    }

    public double this[double value] => Math.Clamp(From + ((value - Low) / (High - Low) * (To - From)), -FarAway, FarAway);
}
