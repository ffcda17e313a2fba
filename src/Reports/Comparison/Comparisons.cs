using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using SweepCluster.Reports.Api;
using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Pages;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Service;

namespace SweepCluster.Reports.Comparison;

/// <summary>One sweep of a comparison.</summary>
/// <param name="Best">“λ = 1e-5”; empty for a sweep of one configuration.</param>
internal sealed record ComparedSweep(ListedSweep Sweep, SweepResults Results, string Best)
{
    /// <summary>What it is compared by with the others, of its best configuration.</summary>
    public double? Value => Results.Best is { } best && Results.Table.Outcomes[best.Configuration].Value is var value && double.IsFinite(value) ? value : null;
}

/// <summary>What the page of a comparison shows.</summary>
/// <param name="Differences">Keys of the specifications whose values differ, with one value for each sweep.</param>
/// <param name="Measure">The objective that all of them have; else the validation loss.</param>
internal sealed record ComparisonView(
    Measure Measure, bool ObjectivesDiffer, IReadOnlyList<ComparedRow> Rows, IReadOnlyList<(string Key, IReadOnlyList<string> Values)> Differences, IReadOnlyDictionary<string, FigurePrint> Prints);

/// <param name="Over">The best configuration over its replicates; null where it has but one.</param>
internal sealed record ComparedRow(ListedSweep Sweep, string Best, double? Value, ReplicatedLoss? Over, double? Noise, double Seconds);

/// <summary>Sweeps side by side.</summary>
internal sealed class Comparisons(Studies studies, ResultCache cache)
{
    public const int Most = 8;

    /// <exception cref="Refusal">Fewer than two or too many, or one that does not exist.</exception>
    public async Task<IReadOnlyList<ListedSweep>> FindAsync(StringValues words, CancellationToken ct)
    {
        var named = words.Where(word => !string.IsNullOrWhiteSpace(word)).Distinct().ToArray();
        if (named.Length is < 2 or > Most)
            throw Refusal.Wrong($"A comparison takes 2 to {Most} sweeps, found {named.Length}: mark them in the list of sweeps.");
        var found = new List<ListedSweep>();
        foreach (var word in named)
            found.Add(await studies.FindAsync(word!, ct));
        return found;
    }

    public Task<ComparisonView> ViewAsync(IReadOnlyList<ListedSweep> sweeps, CancellationToken ct) => cache.GetAsync(
        $"compare {string.Join(' ', sweeps.Select(ResultCache.Version))}", sweeps.All(sweep => !sweep.IsOpen),
        async token =>
        {
            var compared = await ReadAsync(sweeps, token);
            return new ComparisonView(
                compared[0].Results.Table.Measures.Shown, compared.Any(one => one.Results.Table.Measures.Objective != Measure.Validation && one.Results.Table.Measures.Objective != one.Results.Table.Measures.Shown),
                [.. compared.Select(one => new ComparedRow(one.Sweep, one.Best, one.Value, Over(one.Results), one.Results.Noise?.Value, Seconds(one)))],
                Differences(compared),
                ComparisonFigures.Of(compared).ToDictionary(figure => figure.Name, FigurePrint.Of));
        },
        view => view.Prints.Values.Sum(print => print.Bytes) + 10_000, ct);

    public Task<IReadOnlyList<Figure>> FiguresAsync(IReadOnlyList<ListedSweep> sweeps, CancellationToken ct) =>
        cache.WorkAsync(async token => ComparisonFigures.Of(await ReadAsync(sweeps, token)), ct);

    private async Task<IReadOnlyList<ComparedSweep>> ReadAsync(IReadOnlyList<ListedSweep> sweeps, CancellationToken ct)
    {
        var objectives = new HashSet<Measure>();
        foreach (var sweep in sweeps)
            objectives.Add((await studies.KeysAsync(sweep, ct)).Measures.Objective);
        var measure = objectives.Count == 1 ? objectives.Single() : Measure.Validation;
        var compared = new List<ComparedSweep>();
        foreach (var sweep in sweeps)
        {
            await using var reader = await SweepReader.OpenAsync(studies.Store, ct);
            var row = await reader.SweepAsync(sweep.Id, ct) ?? throw Refusal.NoSweep(sweep.Id);
            var results = await new ResultsReader(reader, row, by: measure.Name).ReadAsync(new Needs(Best: Parts.Losses | Parts.Metrics, Noise: true), ct);
            compared.Add(new ComparedSweep(sweep, results, results.Best is { } best ? results.Table.Equations(best.Row) : ""));
        }

        return compared;
    }

    // The interval is of the sweep's own objective: it says nothing of what else they may be compared by.
    private static ReplicatedLoss? Over(SweepResults results) => results.Table.Measures.Shown.Name != results.Table.Measures.Objective.Name ? null
        : ConfigurationsTable.Of(results).FirstOrDefault(configuration => configuration is { IsBest: true, Count: > 1 });

    private static double Seconds(ComparedSweep one) => ((one.Sweep.FinishedAt ?? one.Sweep.CreatedAt) - one.Sweep.CreatedAt).TotalSeconds;

    private static List<(string Key, IReadOnlyList<string> Values)> Differences(IReadOnlyList<ComparedSweep> compared)
    {
        var flat = compared.Select(one => Flatten(one.Results.Sweep.Specification)).ToArray();
        return
        [
            .. flat.SelectMany(values => values.Keys).Distinct().Where(key => key != "name")
                .Select(key => (Key: key, Values: (IReadOnlyList<string>)[.. flat.Select(values => values.GetValueOrDefault(key, "–"))]))
                .Where(row => row.Values.Distinct().Count() > 1),
        ];
    }

    private static Dictionary<string, string> Flatten(JsonElement specification)
    {
        var flat = new Dictionary<string, string>();
        Walk(specification, "");
        return flat;

        void Walk(JsonElement element, string path)
        {
            if (element.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in element.EnumerateObject())
                    Walk(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}");
            }
            else if (path == "grid" && element.ValueKind == JsonValueKind.Array)
            {
                // Stored as an array of {key, values}: objects would not keep their order.
                foreach (var axis in element.EnumerateArray())
                {
                    if (axis.ValueKind == JsonValueKind.Object && axis.TryGetProperty("key", out var key) && axis.TryGetProperty("values", out var values))
                        Walk(values, $"grid: {Grid.Text(key)}");
                }
            }
            else
            {
                flat[path] = element.ValueKind == JsonValueKind.Array && element.GetArrayLength() > 12
                    ? $"{Grid.Text(element[0])} … {Grid.Text(element[element.GetArrayLength() - 1])} ({element.GetArrayLength().ToString(CultureInfo.InvariantCulture)} values)"
                    : element.ValueKind == JsonValueKind.Array ? string.Join(", ", element.EnumerateArray().Select(Grid.Text)) : Grid.Text(element);
            }
        }
    }
}
