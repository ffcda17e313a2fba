using System.Text.Json;

namespace SweepCluster.Reports.Rows;

/// <summary>What a sweep's data have: names of columns where they are a table's, none where they are a curve that was generated.</summary>
/// <param name="Classes">Labels in the order of the outputs; empty for numbers.</param>
internal sealed record DataShape(IReadOnlyList<string> Inputs, IReadOnlyList<string> Targets, IReadOnlyList<string> Classes)
{
    /// <summary>One number over one number: what can be drawn as a curve over x.</summary>
    public bool IsCurve => Inputs.Count <= 1 && Targets.Count <= 1 && Classes.Count == 0;

    /// <summary>The name of an output.</summary>
    public string Output(int output) => (Classes.Count > 0 ? Classes : Targets).ElementAtOrDefault(output) ?? $"output {output}";

    public static DataShape Of(JsonElement specification)
    {
        var data = specification.ValueKind == JsonValueKind.Object && specification.TryGetProperty("data", out var found) ? found : default;
        return new DataShape(Names(data, "inputs"), Names(data, "targets"), Names(data, "classes"));
    }

    private static IReadOnlyList<string> Names(JsonElement data, string name) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out var names) && names.ValueKind == JsonValueKind.Array
            ? [.. names.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)]
            : [];
}
