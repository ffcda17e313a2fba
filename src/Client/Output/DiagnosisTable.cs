using SweepCluster.Reports;

namespace SweepCluster.Client;

/// <summary>High bias or high variance, for the best configurations of a sweep.</summary>
internal static class DiagnosisTable
{
    private const int MostRows = 10;

    public static void Write(TextWriter output, SweepDiagnosis diagnosis)
    {
        var splits = diagnosis.Configurations.Any(one => one.Decomposition is not null);
        var draws = diagnosis.Configurations.Any(one => one.Decomposition?.DataVariance is not null);
        output.WriteLine();
        output.WriteLine($"irreducible error {Numbers.Loss(diagnosis.Irreducible)} ({diagnosis.Source})");
        if (diagnosis.Configurations.Count > 1)
        {
            List<TextTable.Column> columns = [new("configuration"), new("training loss", Number: true), new("validation loss", Number: true), new("high")];
            if (splits)
                columns.AddRange([new("bias²", Number: true), new("seed variance", Number: true)]);
            if (draws)
                columns.Add(new("data variance", Number: true));
            var table = new TextTable(columns);
            foreach (var one in diagnosis.Configurations.Take(MostRows))
            {
                List<string> cells = [one.Name, Numbers.Loss(one.Training), Numbers.Loss(one.Validation), Word(one.Diagnosis.Ailment)];
                if (splits)
                    cells.AddRange([Loss(one.Decomposition?.BiasSquared), Loss(one.Decomposition?.SeedVariance)]);
                if (draws)
                    cells.Add(Loss(one.Decomposition?.DataVariance));
                table.Add(cells);
            }
            table.Write(output, Terminal.IsOutput ? Terminal.Width : null);
            if (diagnosis.Configurations.Count > MostRows)
                output.WriteLine($"the {MostRows} best of {diagnosis.Configurations.Count:N0}");
        }
        var best = diagnosis.Configurations[0];
        output.WriteLine($"diagnosis: {(best.Diagnosis.Ailment == Ailment.Neither ? "neither high bias nor high variance" : "high " + Word(best.Diagnosis.Ailment))}{(best.Name.Length == 0 ? "" : " at " + best.Name)}; next: {best.Diagnosis.Next}");
    }

    private static string Word(Ailment ailment) => ailment switch { Ailment.Bias => "bias", Ailment.Variance => "variance", Ailment.Both => "bias and variance", _ => "neither" };

    private static string Loss(double? loss) => loss is { } number ? Numbers.Loss(number) : "-";
}
