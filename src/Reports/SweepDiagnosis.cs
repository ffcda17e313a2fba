using System.Text.Json;
using Npgsql;
using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Rows;

namespace SweepCluster.Reports;

/// <summary>What one configuration suffers from.</summary>
/// <param name="Name">“λ = 1e-5, p = 0.1”; empty where there is no grid.</param>
/// <param name="Training">Mean over replicates: of the model as it is evaluated where its predictions were read, else the recorded loss.</param>
/// <param name="Decomposition">Null with one replicate, for classes, and beyond so many predictions.</param>
public sealed record DiagnosedConfiguration(long Ordinal, string Name, double Training, double Validation, Diagnosis Diagnosis, Decomposition? Decomposition);

/// <summary>High bias or high variance, for every configuration that finished, the best first: its diagnosis is the sweep's.</summary>
/// <param name="Source">Where the irreducible error is from.</param>
public sealed record SweepDiagnosis(double Irreducible, string Source, IReadOnlyList<DiagnosedConfiguration> Configurations)
{
    /// <summary><c>exact</c>, <c>estimated</c> or <c>unknown</c>.</summary>
    public string SourceKind { get; init; } = "unknown";

    // The server sorts a million predictions in a second or two.
    private const long MostPredictions = 1_000_000;

    private static readonly string[] Coefficients = ["a", "b", "c"];

    /// <returns>Null where nothing can be said: no such sweep, one that a program trains, or none of its trials has finished.</returns>
    public static async Task<SweepDiagnosis?> ReadAsync(NpgsqlDataSource store, string sweep, CancellationToken ct)
    {
        await using var reader = await SweepReader.OpenAsync(store, ct);
        if (await reader.SweepAsync(sweep, ct) is not { } row)
            return null;
        var results = await new ResultsReader(reader, row).ReadAsync(new Needs(Noise: true), ct);
        return await ReadAsync(reader, results, ct);
    }

    internal static async Task<SweepDiagnosis?> ReadAsync(SweepReader reader, SweepResults results, CancellationToken ct)
    {
        if (results.HasProgram)
            return null; // what a program's losses are to its noise, and what would help it, only it knows
        var table = results.Table;
        var best = results.Best is { } found ? table.Outcomes[found.Configuration].Row : -1;
        var finished = table.Outcomes.Where(outcome => outcome.Finished > 0).OrderBy(outcome => outcome.Row != best).ThenBy(outcome => outcome.Score).ToArray();
        if (finished.Length == 0)
            return null;
        var (irreducible, source) = results.Noise is { Value: >= 0 } noise ? (noise.Value, noise.Source) : (finished.Min(outcome => outcome.Validation), "not known: the lowest validation loss of the sweep stands for it");
        var scatter = results.Noise is not null && results.Loss == "mse" && results.Shape.Classes.Count == 0 ? await ScatterAsync(reader, results, finished, ct) : [];
        var diagnosed = new List<DiagnosedConfiguration>();
        foreach (var outcome in finished)
        {
            var own = table.Columns.Irreducible[outcome.Row] is var exact && double.IsFinite(exact) ? exact : irreducible;
            var spread = scatter.GetValueOrDefault(table.Columns.Ordinal[outcome.Row]);
            // Of several data sets together the errors are their mean, and so is the noise.
            var training = spread is { DataSets: 1, Training: { } evaluated } ? evaluated : outcome.Training;
            if (Diagnosis.Of(training, outcome.Validation, own) is not { } diagnosis)
                continue;
            var parts = spread is { Error: { } error, SeedVariance: { } seeds } ? Decomposition.Of(NoiseOf(table, spread.Ordinals) ?? own, error, seeds, spread.MeansVariance, spread.Replicates, spread.DataSets) : null;
            diagnosed.Add(new DiagnosedConfiguration(
                table.Columns.Ordinal[outcome.Row], table.Grid.Axes.Count == 0 ? "" : table.Equations(outcome.Row), training, outcome.Validation, diagnosis, parts));
        }

        return diagnosed.Count == 0 ? null : new SweepDiagnosis(irreducible, source, diagnosed)
        {
            SourceKind = results.Noise is { Value: >= 0 } known ? known.IsExact ? "exact" : "estimated" : "unknown",
        };
    }

    // The best first, as many as a reader waits for.
    private static async Task<Dictionary<int, Scatter>> ScatterAsync(SweepReader reader, SweepResults results, Outcome[] finished, CancellationToken ct)
    {
        var table = results.Table;
        var rows = Math.Max(1, (await reader.DataSetAsync(table.Columns.Id[finished[0].Row], ct))?.Rows ?? 1) * (long)Math.Max(1, results.Shape.Targets.Count);
        var rank = finished.Select((outcome, i) => (table.Configuration[outcome.Row], i)).ToDictionary();
        var trials = table.Finished.OrderBy(row => rank[table.Configuration[row]]).Take((int)Math.Min(int.MaxValue, MostPredictions / rows)).Select(row => table.Columns.Id[row]).ToArray();
        var scatter = await reader.ScatterAsync(trials, DataAreRedrawn(results), ct);
        return scatter.SelectMany(one => one.Ordinals.Select(ordinal => (ordinal, one))).ToDictionary();
    }

    private static double? NoiseOf(SweepTable table, int[] ordinals)
    {
        var known = table.Finished.Where(row => ordinals.Contains(table.Columns.Ordinal[row])).Select(row => table.Columns.Irreducible[row]).Where(double.IsFinite).ToArray();
        return known.Length == 0 ? null : known.Average();
    }

    // Where the coefficients are drawn as well, another data seed is another curve and no other sample of the same.
    private static bool DataAreRedrawn(SweepResults results) =>
        results.Grid.Keys.Contains("data.seed")
        && (results.Shape.Inputs.Count > 0 || Coefficients.All(name => results.Specified("data", name).ValueKind == JsonValueKind.Number));
}
