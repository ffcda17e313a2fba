using System.Globalization;

namespace SweepCluster.Contracts;

/// <summary>Numbers in tables and exports: they round-trip, and say 1e-5 and not 1E-05, as sweep files do.</summary>
public static class NumberText
{
    public static string Of(double number) => Plain(number.ToString("R", CultureInfo.InvariantCulture));

    public static string Of(float number) => Plain(number.ToString("R", CultureInfo.InvariantCulture));

    private static string Plain(string number)
    {
        var e = number.IndexOf('E', StringComparison.Ordinal);
        return e < 0 ? number : $"{number[..e]}e{int.Parse(number.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)}";
    }
}
