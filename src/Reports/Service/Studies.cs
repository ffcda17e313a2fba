using Npgsql;
using SweepCluster.Reports.Api;
using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Pages;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Service;

/// <summary>What a sweep's page shows beside its progress.</summary>
/// <param name="Keys">Of the grid, those that take more than one value.</param>
/// <param name="Leading">The best trials; all of a small sweep, in the order of its grid.</param>
/// <param name="Best">Trial that stands for the best configuration, whose mean is <paramref name="BestValue"/>.</param>
/// <param name="DiagnosisTable">What they suffer from, as HTML of our own making.</param>
/// <param name="Configurations">The best of them over their replicates; empty without replicates.</param>
/// <param name="ConfigurationsTable">The same as HTML of our own making.</param>
internal sealed record SweepView(
    SweepRow Sweep, IReadOnlyList<string> Finding, IReadOnlyList<string> Keys, IReadOnlyList<TrialRow> Leading, long? Best, double? BestValue, double? Noise,
    IReadOnlyDictionary<string, long> Counts, IReadOnlyList<FigureCard> Figures, IReadOnlyList<(ReplicatedLoss Loss, double ValidationLoss, long Trial)> Configurations, string ConfigurationsTable,
    Measures Measures, IReadOnlyList<DiagnosisRow> Diagnosis, string DiagnosisTable);

/// <summary>What a trial's page shows.</summary>
/// <param name="Facts">Sections of the page, as HTML of our own making.</param>
internal sealed record TrialView(
    string SweepId, string SweepName, string Who, TrialRow Trial, IReadOnlyList<string> Sentences, string Facts, string Attempts, IReadOnlyDictionary<string, FigurePrint> Prints)
{
    public long Bytes => 2L * (Facts.Length + Attempts.Length + 4000) + Prints.Values.Sum(print => print.Bytes);
}

/// <summary>Reads sweeps and trials for pages and figures, and remembers for a while what it read.</summary>
internal sealed class Studies(NpgsqlDataSource store, ResultCache cache)
{
    /// <summary>Up to so many trials the page is made with all its figures, captions and all; beyond, each figure when it is looked at.</summary>
    public const int WholeUpTo = 100;

    private const int ListedUpTo = 30;
    private const int MostDiagnoses = 100;
    private const int BytesOfTrial = 100;

    public NpgsqlDataSource Store => store;

    /// <summary>The sweep that a word stands for.</summary>
    /// <exception cref="Refusal">There is none, or several.</exception>
    public async Task<ListedSweep> FindAsync(string word, CancellationToken ct)
    {
        var found = await SweepList.FindAsync(store, word, ct);
        return found switch
        {
            [] => throw Refusal.NoSweep(word),
            [var only] => only,
            _ => throw new Refusal(409, "Several sweeps are meant", $"'{Refusal.Cut(word)}' begins {found.Count} sweeps: {string.Join(", ", found.Select(sweep => $"{sweep.Id} ({Refusal.Cut(sweep.Name)})"))}.")
            {
                Members = { ["candidates"] = found.Select(sweep => sweep.Id).ToArray() },
            },
        };
    }

    /// <summary>The grid's keys, in its order, and what trials can be compared by.</summary>
    public async Task<(IReadOnlyList<string> Keys, Measures Measures)> KeysAsync(ListedSweep sweep, CancellationToken ct)
    {
        await using var reader = await SweepReader.OpenAsync(store, ct);
        return (await reader.GridKeysAsync(sweep.Id, ct), await reader.MeasuresAsync(sweep.Id, ct));
    }

    /// <param name="by">What figures compare trials by; null: the sweep's objective.</param>
    /// <exception cref="UnknownMeasureException">Its trials have no number of that name.</exception>
    public Task<SweepView> ViewAsync(ListedSweep sweep, string? by, CancellationToken ct) => cache.GetAsync(
        $"view {ResultCache.Version(sweep)} {by}", !sweep.IsOpen, token => ReadViewAsync(sweep, by, token),
        view => 20_000 + (2L * view.DiagnosisTable.Length) + (400L * view.Diagnosis.Count) + (1000L * view.Leading.Count) + (2L * view.ConfigurationsTable.Length) + (200L * view.Configurations.Count)
            + (2L * view.Sweep.Specification.GetRawText().Length), ct);

    /// <summary>Null when no sweep with this grid has a figure of that name.</summary>
    public Task<FigurePrint?> PrintAsync(ListedSweep sweep, string name, string? by, CancellationToken ct) => cache.GetAsync(
        Key(sweep, name, by), !sweep.IsOpen, async token => await ReadFigureAsync(sweep, name, by, token) is { } figure ? FigurePrint.Of(figure) : null, print => print?.Bytes ?? 100, ct);

    /// <summary>A figure with its numbers, which are too many to keep.</summary>
    public Task<Figure?> FigureAsync(ListedSweep sweep, string name, string? by, CancellationToken ct) => cache.WorkAsync(token => ReadFigureAsync(sweep, name, by, token), ct);

    public async Task<TrialView> TrialAsync(long id, CancellationToken ct)
    {
        await using var reader = await SweepReader.OpenAsync(store, ct);
        var sweepId = await reader.SweepOfAsync(id, ct) ?? throw Refusal.NoTrial($"{id}");
        var sweep = await SweepList.GetAsync(store, sweepId, ct) ?? throw Refusal.NoTrial($"{id}");
        return await cache.GetAsync($"trial {id} {ResultCache.Version(sweep)}", !sweep.IsOpen, token => ReadTrialAsync(sweep, id, token), view => view.Bytes, ct);
    }

    public Task<Figure?> TrialFigureAsync(long id, string name, CancellationToken ct) => cache.WorkAsync(
        async token =>
        {
            await using var reader = await SweepReader.OpenAsync(store, token);
            var sweep = await reader.SweepAsync(await reader.SweepOfAsync(id, token) ?? throw Refusal.NoTrial($"{id}"), token);
            var study = await TrialStudy.ReadAsync(reader, sweep!, new ResultsReader(reader, sweep!), id, token);
            return study.Figures().FirstOrDefault(figure => figure.Name == name);
        },
        ct);

    private static string Key(ListedSweep sweep, string name, string? by) => $"figure {name} {ResultCache.Version(sweep)} {by}";

    private Task<SweepTable> TableAsync(ListedSweep sweep, string? by, CancellationToken ct) => cache.GetAsync(
        $"table {ResultCache.Version(sweep)} {by}", !sweep.IsOpen,
        async token =>
        {
            await using var reader = await SweepReader.OpenAsync(store, token);
            return new SweepTable(await reader.ColumnsAsync(sweep.Id, token, by));
        },
        table => (long)BytesOfTrial * table.Columns.Count, ct, inside: true);

    private async Task<SweepView> ReadViewAsync(ListedSweep sweep, string? by, CancellationToken ct)
    {
        var table = await TableAsync(sweep, by, ct);
        await using var reader = await SweepReader.OpenAsync(store, ct);
        var row = await reader.SweepAsync(sweep.Id, ct) ?? throw Refusal.NoSweep(sweep.Id);
        var whole = table.Columns.Count <= WholeUpTo;
        var results = await new ResultsReader(reader, row, null, table).ReadAsync(whole ? Needs.Everything : new Needs(Noise: true), ct);
        // Beyond, it takes a second or two: of what can still change that would be too often.
        if (!whole && !sweep.IsOpen)
            results = results with { Diagnosis = await SweepDiagnosis.ReadAsync(reader, results, ct) };
        var figures = whole ? Drawn(sweep, by, SweepFigures.Of(results)) : FigureTitles.Likely(SweepFigures.Kinds(table), results);
        var counts = await TrialList.CountsAsync(store, sweep.Id, ct);
        var order = table.Columns.Count <= ListedUpTo ? TrialOrder.Grid : TrialOrder.Best;
        var leading = await TrialList.ReadAsync(store, sweep.Id, TrialFilter.All with { Order = order, Objective = table.Measures.Objective }, new PageOf(ListedUpTo, null, null), ct);
        var (configurations, diagnosis) = (new Markup(), new Markup());
        ConfigurationsTable.Write(configurations, results, "the trials' table has every trial");
        DiagnosisTable.Write(diagnosis, results, "the first hundred are in the answer of the API");
        return new SweepView(
            row, Finding.Of(results), [.. table.Grid.Axes.Select(axis => axis.Key)], leading.Rows, results.Best is { } best ? table.Columns.Id[best.Row] : null, results.Best?.Value,
            results.Noise?.Value, counts, figures, ConfigurationsTable.Leading(results), configurations.ToString(),
            table.Measures, [.. (results.Diagnosis?.Configurations ?? []).Take(MostDiagnoses).Select(DiagnosisRow.Of)], diagnosis.ToString());
    }

    // What was made for the page is soon asked for by the page.
    private List<FigureCard> Drawn(ListedSweep sweep, string? by, IReadOnlyList<Figure> figures)
    {
        foreach (var figure in figures)
            cache.Put(Key(sweep, figure.Name, by), !sweep.IsOpen, FigurePrint.Of(figure), print => print!.Bytes);
        return [.. figures.Select(FigureCard.Of)];
    }

    private async Task<Figure?> ReadFigureAsync(ListedSweep sweep, string name, string? by, CancellationToken ct)
    {
        var table = await TableAsync(sweep, by, ct);
        await using var reader = await SweepReader.OpenAsync(store, ct);
        var row = await reader.SweepAsync(sweep.Id, ct) ?? throw Refusal.NoSweep(sweep.Id);
        return await SweepFigures.ReadAsync(new ResultsReader(reader, row, null, table), name, ct);
    }

    private async Task<TrialView> ReadTrialAsync(ListedSweep listed, long id, CancellationToken ct)
    {
        await using var reader = await SweepReader.OpenAsync(store, ct);
        var sweep = await reader.SweepAsync(listed.Id, ct) ?? throw Refusal.NoSweep(listed.Id);
        var study = await TrialStudy.ReadAsync(reader, sweep, new ResultsReader(reader, sweep), id, ct);
        var (facts, attempts) = (new Markup(), new Markup());
        TrialPage.WriteFacts(facts, study);
        TrialPage.WriteAttempts(attempts, study);
        return new TrialView(
            sweep.Id, sweep.Name, study.Who, study.Trial, [.. TrialPage.Sentences(study)], facts.ToString(), attempts.ToString(),
            study.Figures().ToDictionary(figure => figure.Name, FigurePrint.Of));
    }
}
