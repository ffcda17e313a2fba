using System.Text;
using System.Text.Json;
using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Export;

/// <summary>
/// A figure as JSON: its words, its axes and the numbers of its marks. Gaps are null, infinite values the texts "Infinity" and
/// "-Infinity".
/// </summary>
internal static class FigureJson
{
    /// <param name="most">Marks of more points are thinned to about so many: of each stretch the lowest and the highest stay. 0: all.</param>
    public static string Of(Figure figure, int most = 0)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("name", figure.Name);
            json.WriteString("title", figure.Title);
            json.WriteString("subtitle", figure.Subtitle);
            json.WriteString("caption", figure.Caption);
            json.WriteStartArray("notes");
            foreach (var note in figure.Notes ?? [])
                json.WriteStringValue(note);
            json.WriteEndArray();
            json.WriteStartArray("panels");
            foreach (var panel in figure.Panels)
                Write(json, panel, most);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    private static void Write(Utf8JsonWriter json, Panel panel, int most)
    {
        json.WriteStartObject();
        json.WriteString("title", panel.Title?.ToString());
        Write(json, "x", panel.X);
        Write(json, "y", panel.Y);
        json.WriteStartArray("marks");
        foreach (var mark in panel.Marks)
            Write(json, mark, most);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, Axis axis)
    {
        json.WriteStartObject(name);
        json.WriteString("label", axis.Label.ToString());
        json.WriteNumber("low", axis.Low);
        json.WriteNumber("high", axis.High);
        json.WriteStartArray("ticks");
        foreach (var tick in axis.Ticks ?? [])
        {
            json.WriteStartObject();
            json.WriteNumber("at", tick.At);
            json.WriteString("text", tick.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Mark mark, int most)
    {
        json.WriteStartObject();
        json.WriteString("kind", mark.GetType().Name.ToLowerInvariant());
        json.WriteString("name", mark.Name);
        json.WriteString("ink", Palette.Class(mark.Ink));
        switch (mark)
        {
            case Line line:
                Series(json, most, line.Y, ("x", line.X), ("y", line.Y));
                break;
            case Dots dots:
                Series(json, most, dots.Y, ("x", dots.X), ("y", dots.Y));
                break;
            case Band band:
                Series(json, most, band.High, ("x", band.X), ("low", band.Low), ("high", band.High));
                break;
            case Ridge ridge:
                Series(json, most, ridge.Height, ("x", ridge.X), ("height", ridge.Height));
                Numbers(json, ("base", ridge.Base), ("scale", ridge.Scale));
                break;
            case Point point:
                Numbers(json, ("x", point.X), ("y", point.Y));
                break;
            case Beyond beyond:
                Numbers(json, ("x", beyond.X), ("y", double.PositiveInfinity));
                break;
            case Level level:
                Numbers(json, ("y", level.Y));
                break;
            case Bar bar:
                Numbers(json, ("x", bar.Length), ("y", bar.Y), ("thickness", bar.Thickness));
                break;
            case Tile tile:
                Numbers(json, ("x", tile.X), ("y", tile.Y), ("width", tile.Width), ("height", tile.Height), ("value", tile.Value));
                break;
            case Whisker whisker:
                Numbers(json, ("x", whisker.X), ("low", whisker.Low), ("high", whisker.High));
                break;
            default:
                break;
        }

        json.WriteEndObject();
    }

    private static void Numbers(Utf8JsonWriter json, params ReadOnlySpan<(string Name, double Value)> members)
    {
        foreach (var (name, value) in members)
        {
            json.WritePropertyName(name);
            Number(json, value);
        }
    }

    private static void Series(Utf8JsonWriter json, int most, double[] by, params ReadOnlySpan<(string Name, double[] Values)> columns)
    {
        var rows = Rows(by, most);
        foreach (var (name, values) in columns)
        {
            json.WriteStartArray(name);
            foreach (var row in rows)
                Number(json, values[row]);
            json.WriteEndArray();
        }
    }

    private static IEnumerable<int> Rows(double[] by, int most)
    {
        if (most == 0 || by.Length <= most)
            return Enumerable.Range(0, by.Length);
        var rows = new SortedSet<int> { 0, by.Length - 1 };
        var stretches = most / 2;
        for (var s = 0; s < stretches; s++)
        {
            var (from, to) = ((int)((long)s * by.Length / stretches), (int)((long)(s + 1) * by.Length / stretches));
            var (low, high) = (from, from);
            for (var i = from; i < to; i++)
            {
                low = by[i] < by[low] || double.IsNaN(by[low]) ? i : low;
                high = by[i] > by[high] || double.IsNaN(by[high]) ? i : high;
            }

            rows.Add(low);
            rows.Add(high);
        }

        return rows;
    }

    private static void Number(Utf8JsonWriter json, double value)
    {
        if (double.IsNaN(value))
            json.WriteNullValue();
        else if (double.IsInfinity(value))
            json.WriteStringValue(value > 0 ? "Infinity" : "-Infinity");
        else if ((float)value == value)
            json.WriteNumberValue((float)value);
        else
            json.WriteNumberValue(value);
    }
}
