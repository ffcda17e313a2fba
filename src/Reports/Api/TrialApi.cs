using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Service;

namespace SweepCluster.Reports.Api;

/// <summary>Single trials over HTTP: their rows, losses, parameters, fit and attempts.</summary>
internal static class TrialApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/trials/{trial}", ShowAsync).WithName("showTrial").WithSummary("Show a trial").Produces<TrialShape>().ProducesProblem(404);
        api.MapGet("/trials/{trial}/losses", LossesAsync).WithName("trialLosses").WithSummary("Training and validation loss of each epoch").Produces<LossesShape>().ProducesProblem(404);
        api.MapGet("/trials/{trial}/snapshots", SnapshotsAsync).WithName("trialSnapshots").WithSummary("Epochs at which parameters were kept").Produces<SnapshotsShape>().ProducesProblem(404);
        api.MapGet("/trials/{trial}/snapshots/{epoch:int}", SnapshotAsync).WithName("trialSnapshot").WithSummary("Parameters at one epoch").Produces<SnapshotShape>().ProducesProblem(404);
        api.MapGet("/trials/{trial}/fit", FitAsync).WithName("trialFit").WithSummary("Prediction over the trial's data").Produces<FitShape>().ProducesProblem(404);
        api.MapGet("/trials/{trial}/attempts", AttemptsAsync).WithName("trialAttempts").WithSummary("Executions of the trial, one for each lease term").Produces<IReadOnlyList<AttemptShape>>().ProducesProblem(404);
    }

    /// <exception cref="Refusal">No number, so no trial.</exception>
    public static long Id(string trial) =>
        long.TryParse(trial, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var id) ? id : throw Refusal.NoTrial(trial);

    public static Task<IResult> ShowAsync(string trial, Studies studies, CancellationToken ct) =>
        ReadAsync(trial, studies, async (reader, sweep, id) => TrialShape.Of(sweep, (await reader.TrialsAsync([id], ct))[0]), ct);

    public static Task<IResult> LossesAsync(string trial, Studies studies, CancellationToken ct) =>
        ReadAsync(trial, studies, async (reader, _, id) => await reader.LossesAsync(id, ct) is var losses ? new LossesShape(id, losses.Epoch, losses.Training, losses.Validation) : null!, ct);

    public static Task<IResult> SnapshotsAsync(string trial, Studies studies, CancellationToken ct) =>
        ReadAsync(trial, studies, async (reader, _, id) => new SnapshotsShape(id, await reader.SnapshotEpochsAsync(id, ct)), ct);

    public static Task<IResult> SnapshotAsync(string trial, int epoch, Studies studies, CancellationToken ct) =>
        ReadAsync(
            trial, studies,
            async (reader, _, id) => await reader.SnapshotAsync(id, epoch, ct) is { } parameters
                ? new SnapshotShape(id, epoch, parameters)
                : throw new Refusal(404, "No such snapshot", $"Trial {id} kept no parameters at epoch {epoch}; /api/trials/{id}/snapshots lists the epochs it did."),
            ct);

    public static Task<IResult> FitAsync(string trial, Studies studies, CancellationToken ct) =>
        ReadAsync(trial, studies, async (reader, _, id) => await reader.FitAsync(id, ct) is var fit ? new FitShape(id, fit.X, fit.Part, fit.Target, fit.Prediction, fit.Spread, fit.Mean) : null!, ct);

    public static Task<IResult> AttemptsAsync(string trial, Studies studies, CancellationToken ct) =>
        ReadAsync(
            trial, studies,
            async (reader, _, id) => (await reader.AttemptsAsync(id, ct)).Select(a => new AttemptShape(a.Term, a.Silo, a.Host, a.StartedAt, a.EndedAt, a.Outcome)).ToArray(),
            ct);

    private static async Task<IResult> ReadAsync<T>(string trial, Studies studies, Func<SweepReader, string, long, Task<T>> read, CancellationToken ct)
    {
        var id = Id(trial);
        await using var reader = await SweepReader.OpenAsync(studies.Store, ct);
        var sweep = await reader.SweepOfAsync(id, ct) ?? throw Refusal.NoTrial(trial);
        return Results.Json(await read(reader, sweep, id), Answers.Json);
    }
}
