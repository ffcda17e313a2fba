using System.Globalization;
using System.Text;

namespace SweepCluster.Reports.Svg;

/// <summary>
/// Path data in hundredths of a pixel, relative to the last point: differences are taken between rounded positions, so they do not drift.
/// </summary>
internal sealed class PathData
{
    private readonly StringBuilder _text = new();
    private long _x;
    private long _y;
    private char _last;

    public override string ToString() => _text.ToString();

    public PathData MoveTo(double px, double py)
    {
        var (nx, ny) = (Hundredths(px), Hundredths(py));
        Command(_last == 0 ? 'M' : 'm', nx - _x, ny - _y);
        (_x, _y) = (nx, ny);
        return this;
    }

    public PathData LineTo(double px, double py)
    {
        var (nx, ny) = (Hundredths(px), Hundredths(py));
        if (nx == _x && ny == _y && _last != 'M' && _last != 'm')
            return this;
        Command('l', nx - _x, ny - _y);
        (_x, _y) = (nx, ny);
        return this;
    }

    public PathData ClosePath()
    {
        _text.Append('z');
        _last = 'z';
        return this;
    }

    /// <summary>A line through the points, broken where <paramref name="segments"/> break.</summary>
    public static string Of(IEnumerable<IReadOnlyList<(double X, double Y)>> segments)
    {
        var path = new PathData();
        foreach (var segment in segments)
        {
            path.MoveTo(segment[0].X, segment[0].Y);
            for (var i = 1; i < segment.Count; i++)
                path.LineTo(segment[i].X, segment[i].Y);

            // A single value between two gaps is still seen: a round cap on a line of no length.
            if (segment.Count == 1)
                path.LineTo(segment[0].X, segment[0].Y);
        }

        return path.ToString();
    }

    /// <summary>One dot of the stroke's width per point, each dot a line of no length.</summary>
    public static string Dots(IEnumerable<(double X, double Y)> points)
    {
        var path = new PathData();
        foreach (var (px, py) in points)
        {
            path.MoveTo(px, py);
            path._text.Append("h0");
            path._last = 'h';
        }

        return path.ToString();
    }

    private static long Hundredths(double value) => (long)Math.Round(value * 100, MidpointRounding.AwayFromZero);

    private void Command(char command, long dx, long dy)
    {
        var repeats = command == _last && command == 'l';
        if (!repeats)
            _text.Append(command);
        var first = Short(dx);
        if (repeats && first[0] != '-')
            _text.Append(' ');
        _text.Append(first);
        var second = Short(dy);
        if (second[0] != '-')
            _text.Append(' ');
        _text.Append(second);
        _last = command;
    }

    // 0.05 as ".05", −0.5 as "-.5", 12 as "12".
    private static string Short(long hundredths)
    {
        if (hundredths == 0)
            return "0";
        var digits = (Math.Abs(hundredths) / 100m).ToString("0.##", CultureInfo.InvariantCulture);
        if (digits.StartsWith("0.", StringComparison.Ordinal))
            digits = digits[1..];
        return hundredths < 0 ? "-" + digits : digits;
    }
}
