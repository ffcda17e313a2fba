namespace SweepCluster.Reports.Svg;

/// <summary>Draws a long path once and refers to it where it comes again: the data under ten small multiples.</summary>
internal sealed class SharedShapes(string prefix)
{
    private const int WorthSharing = 500;

    private readonly Dictionary<string, string> _ids = [];

    public void Path(Markup svg, string data, string cssClass, string? strokeWidth, string? opacity)
    {
        if (data.Length < WorthSharing)
        {
            svg.Empty("path", "class", cssClass, "stroke-width", strokeWidth, "opacity", opacity, "d", data);
        }
        else if (_ids.TryGetValue(data, out var known))
        {
            svg.Empty("use", "class", cssClass, "stroke-width", strokeWidth, "opacity", opacity, "href", "#" + known);
        }
        else
        {
            var id = $"{prefix}-shape{_ids.Count}";
            _ids.Add(data, id);

            // The class stands around the path: what is used elsewhere must take its looks from there.
            svg.Open("g", "class", cssClass, "stroke-width", strokeWidth, "opacity", opacity).Empty("path", "id", id, "d", data).Close();
        }
    }
}
