using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SweepCluster.Reports.Export;
using SweepCluster.Reports.Live;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Service;

namespace SweepCluster.Reports.Api;

/// <summary>Sweeps over HTTP: list and show, their trials, their tables as CSV, their progress.</summary>
internal static class SweepApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/sweeps", ListAsync).WithName("listSweeps").WithSummary("List sweeps")
            .WithDescription("search: part of the name or the beginning of the id. state: pending, running, paused, completed, failed, cancelled. sort: newest, oldest, name, largest. limit: 1 to 1000. after, before: id of the row beside the page; the answer's next and previous are ready to use.")
            .Takes("search", "state", "sort", "limit", "after", "before").Produces<PageShape<SweepShape>>().ProducesProblem(400);
        api.MapGet("/sweeps/{sweep}", ShowAsync).WithName("showSweep").WithSummary("Show a sweep: counts, best configuration, figures, specification")
            .WithDescription("sweep: its id, its name (the newest of that name), or the beginning of either. by: what its figures compare trials by, one of the answer's measures; else its objective.")
            .Takes("by").Produces<SweepDetail>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        api.MapGet("/sweeps/{sweep}/trials", TrialsAsync).WithName("listTrials").WithSummary("List the trials of a sweep")
            .WithDescription("state: pending, running, completed, stopped, failed, cancelled. replicate: a number from 0. where, repeatable: a condition on a hyperparameter such as regularization.l2<=1e-3. sort: grid, best (by the sweep's objective), validation, training, seconds, epochs.")
            .Takes("state", "replicate", "where", "sort", "limit", "after", "before").Produces<PageShape<TrialShape>>().ProducesProblem(400).ProducesProblem(404);
        api.MapGet("/sweeps/{sweep}/trials.csv", TrialsCsvAsync).WithName("trialsTable").WithSummary("All trials of a sweep as CSV, the grid's keys and the metrics as columns").Produces(200, null, "text/csv").ProducesProblem(404);
        api.MapGet("/sweeps/{sweep}/losses.csv", LossesCsvAsync).WithName("lossesTable").WithSummary("Losses of all trials of a sweep as CSV, one row an epoch").Produces(200, null, "text/csv").ProducesProblem(404);
        api.MapGet("/sweeps/{sweep}/metrics.csv", MetricsCsvAsync).WithName("metricsTable").WithSummary("What programs reported besides losses as CSV, one row an epoch and metric").Produces(200, null, "text/csv").ProducesProblem(404);
        api.MapGet("/sweeps/{sweep}/events", EventsAsync).WithName("watchSweep").WithSummary("A sweep's progress as server-sent events")
            .WithDescription("Each event `progress` holds the whole state: counts, running trials with their last epoch. `end` comes once nothing more will.")
            .Produces(200, null, "text/event-stream").ProducesProblem(404);
    }

    public static async Task<IResult> ListAsync(HttpRequest request, Studies studies, CancellationToken ct)
    {
        var rows = await SweepList.ReadAsync(studies.Store, Query.Search(request.Query), Query.SweepState(request.Query), Query.SweepOrder(request.Query), Query.Page(request.Query), ct);
        var (next, previous) = Query.Beside(request, rows, sweep => sweep.Id);
        return Results.Json(new PageShape<SweepShape>([.. rows.Rows.Select(SweepShape.Of)], next, previous), Answers.Json);
    }

    public static async Task<IResult> ShowAsync(string sweep, HttpRequest request, Studies studies, CancellationToken ct)
    {
        var found = await studies.FindAsync(sweep, ct);
        var by = Query.By(request.Query);
        var view = await studies.ViewAsync(found, by, ct);
        await using var reader = await SweepReader.OpenAsync(studies.Store, ct);
        var best = view.Best is { } id ? (await reader.TrialsAsync([id], ct)).Select(trial => new BestShape(trial.Id, trial.Configuration, trial.ValidationLoss, view.BestValue)).FirstOrDefault() : null;
        var trials = (await reader.TrialsAsync([.. view.Configurations.Select(one => one.Trial)], ct)).ToDictionary(trial => trial.Id);
        var configurations = view.Configurations.Where(one => trials.ContainsKey(one.Trial)).Select(one => ConfigurationShape.Of(one.Loss, one.ValidationLoss, trials[one.Trial])).ToArray();
        var figures = view.Figures.Select(card => FigureApi.Shape($"/api/sweeps/{found.Id}/figures/", card, by)).ToArray();
        return Results.Json(new SweepDetail(SweepShape.Of(found), view.Counts, view.Keys, best, view.Noise, view.Finding, figures, view.Sweep.Specification, configurations,
            view.Measures.Objective.Name, view.Measures.Objective.Maximizes == true, view.Measures.Shown.Name, [.. view.Measures.All.Select(measure => measure.Name)], view.Diagnosis), Answers.Json);
    }

    public static async Task<IResult> TrialsAsync(string sweep, HttpRequest request, Studies studies, CancellationToken ct)
    {
        var (filter, page) = (Query.Trials(request.Query), Query.Page(request.Query));
        var found = await studies.FindAsync(sweep, ct);
        if (filter.Order == TrialOrder.Best)
            filter = filter with { Objective = (await studies.KeysAsync(found, ct)).Measures.Objective };
        var rows = await TrialList.ReadAsync(studies.Store, found.Id, filter, page, ct);
        var (next, previous) = Query.Beside(request, rows, trial => $"{trial.Id}");
        return Results.Json(new PageShape<TrialShape>([.. rows.Rows.Select(trial => TrialShape.Of(found.Id, trial))], next, previous), Answers.Json);
    }

    public static Task TrialsCsvAsync(string sweep, HttpContext context, Studies studies) => CsvAsync(
        context, studies, sweep, "trials",
        async (writer, reader, id, ct) =>
        {
            var (keys, metrics) = (await reader.GridKeysAsync(id, ct), (await reader.MeasuresAsync(id, ct)).Metrics);
            await TrialTable.WriteAsync(writer, id, keys, metrics, reader.TrialsAsync(id, ct), ct);
        });

    public static Task LossesCsvAsync(string sweep, HttpContext context, Studies studies) => CsvAsync(
        context, studies, sweep, "losses",
        async (writer, reader, id, ct) => await LossTable.WriteAsync(writer, await reader.ColumnsAsync(id, ct), reader.LossesAsync(id, ct), ct));

    public static Task MetricsCsvAsync(string sweep, HttpContext context, Studies studies) => CsvAsync(
        context, studies, sweep, "metrics",
        async (writer, reader, id, ct) => await MetricTable.WriteAsync(writer, await reader.ColumnsAsync(id, ct), reader.MetricRowsAsync(id, ct), ct));

    public static async Task EventsAsync(string sweep, HttpContext context, Studies studies, Feeds feeds) =>
        await feeds.WriteAsync(context, (await studies.FindAsync(sweep, context.RequestAborted)).Id);

    // Streamed: a table of a hundred thousand trials passes through, and never stands in memory.
    private static async Task CsvAsync(HttpContext context, Studies studies, string word, string table, Func<TextWriter, SweepReader, string, CancellationToken, Task> write)
    {
        var ct = context.RequestAborted;
        var sweep = await studies.FindAsync(word, ct);
        await using var reader = await SweepReader.OpenAsync(studies.Store, ct);
        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{sweep.Id}-{table}.csv\"";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        await using var writer = new StreamWriter(context.Response.Body, new System.Text.UTF8Encoding(false), 1 << 16, leaveOpen: true);
        await write(writer, reader, sweep.Id, ct);
    }
}
