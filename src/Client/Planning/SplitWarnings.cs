using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Reports;
using SweepCluster.Training;

namespace SweepCluster.Client.Planning;

/// <summary>Whether the parts of the first configuration's data look alike, before anything is trained on them.</summary>
internal static class SplitWarnings
{
    public static IReadOnlyList<string> Of(Specification specification)
    {
        if (specification.HasProgram)
            return []; // only it knows its data
        var plan = TrialPlan.Of(specification.Resolve(specification.ConfigurationAt(0), 0));
        DataSet data;
        try
        {
            data = DataSet.Create(plan.Data, specification.DataFile is { } file ? Tables.RowsOf(file.Table) : null);
        }
        catch (ArgumentException)
        {
            return []; // its trials will say why
        }
        var columns = new List<SplitColumn>();
        for (var i = 0; i < data.Inputs; i++)
            columns.Add(Column(plan.Table?.Inputs[i] ?? "x", data, data.X, data.Inputs, i));
        for (var i = 0; i < data.Outputs; i++)
            columns.Add(Column(plan.Table?.Targets[i] ?? "y", data, data.Y, data.Outputs, i));
        return SplitMismatch.Of(columns);
    }

    private static SplitColumn Column(string name, DataSet data, ReadOnlySpan<float> numbers, int width, int column)
    {
        var parts = new[] { new List<double>(), new List<double>() };
        for (var row = 0; row < data.Rows; row++)
        {
            if (data.Parts[row] != Part.Test)
                parts[data.Parts[row] == Part.Train ? 0 : 1].Add(numbers[(row * width) + column]);
        }
        return new SplitColumn(name, parts[0], parts[1]);
    }
}
