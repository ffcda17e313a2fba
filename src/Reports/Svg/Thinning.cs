namespace SweepCluster.Reports.Svg;

/// <summary>
/// Leaves out points no eye can miss. First, where more than four points share a pixel column, the first, lowest, highest
/// and last of them (the four that decide which pixels the line touches); then points closer than a twentieth of a pixel
/// to the line through their neighbours (Douglas and Peucker).
/// </summary>
internal static class Thinning
{
    private const double Tolerance = 0.05;

    /// <summary>Finite stretches of a curve in pixels, thinned.</summary>
    public static List<IReadOnlyList<(double X, double Y)>> Segments(double[] x, double[] y, Scale sx, Scale sy)
    {
        var segments = new List<IReadOnlyList<(double X, double Y)>>();
        var current = new List<(double X, double Y)>();
        for (var i = 0; i <= x.Length; i++)
        {
            if (i < x.Length && double.IsFinite(x[i]) && double.IsFinite(y[i]))
            {
                current.Add((sx[x[i]], sy[y[i]]));
                continue;
            }

            if (current.Count > 0)
                segments.Add(Straighten(Columns(current)));
            current = [];
        }

        return segments;
    }

    /// <summary>One point per cell of half a pixel, in a fixed order.</summary>
    public static List<(double X, double Y)> Cells(double[] x, double[] y, Scale sx, Scale sy, double cell = 0.5)
    {
        var seen = new SortedSet<(long X, long Y)>();
        for (var i = 0; i < x.Length; i++)
        {
            if (double.IsFinite(x[i]) && double.IsFinite(y[i]))
                seen.Add(((long)Math.Round(sx[x[i]] / cell), (long)Math.Round(sy[y[i]] / cell)));
        }

        return [.. seen.Select(c => (c.X * cell, c.Y * cell))];
    }

    internal static List<(double X, double Y)> Columns(List<(double X, double Y)> points)
    {
        var kept = new List<(double X, double Y)>();
        for (var i = 0; i < points.Count;)
        {
            var end = i;
            while (end + 1 < points.Count && Math.Floor(points[end + 1].X) == Math.Floor(points[i].X))
                end++;
            var (low, high) = (i, i);
            for (var j = i; j <= end; j++)
            {
                low = points[j].Y < points[low].Y ? j : low;
                high = points[j].Y > points[high].Y ? j : high;
            }

            var (one, two) = (Math.Min(low, high), Math.Max(low, high));
            kept.Add(points[i]);
            if (one != i)
                kept.Add(points[one]);
            if (two != one && two != i)
                kept.Add(points[two]);
            if (end != i && end != one && end != two)
                kept.Add(points[end]);
            i = end + 1;
        }

        return kept;
    }

    internal static IReadOnlyList<(double X, double Y)> Straighten(List<(double X, double Y)> points)
    {
        if (points.Count < 3)
            return points;
        var keep = new bool[points.Count];
        keep[0] = keep[^1] = true;
        var open = new Stack<(int From, int To)>();
        open.Push((0, points.Count - 1));
        while (open.TryPop(out var stretch))
        {
            var (farthest, distance) = (-1, Tolerance * Tolerance);
            for (var i = stretch.From + 1; i < stretch.To; i++)
            {
                var d = SquaredDistance(points[i], points[stretch.From], points[stretch.To]);
                if (d > distance)
                    (farthest, distance) = (i, d);
            }

            if (farthest < 0)
                continue;
            keep[farthest] = true;
            open.Push((stretch.From, farthest));
            open.Push((farthest, stretch.To));
        }

        return [.. points.Where((_, i) => keep[i])];
    }

    private static double SquaredDistance((double X, double Y) p, (double X, double Y) a, (double X, double Y) b)
    {
        var (dx, dy) = (b.X - a.X, b.Y - a.Y);
        var length = (dx * dx) + (dy * dy);
        var t = length > 0 ? Math.Clamp((((p.X - a.X) * dx) + ((p.Y - a.Y) * dy)) / length, 0, 1) : 0;
        var (ex, ey) = (p.X - a.X - (t * dx), p.Y - a.Y - (t * dy));
        return (ex * ex) + (ey * ey);
    }
}
