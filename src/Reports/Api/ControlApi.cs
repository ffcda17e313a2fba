using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SweepCluster.Contracts;
using SweepCluster.Reports.Access;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Service;
using SweepCluster.Store;

namespace SweepCluster.Reports.Api;

/// <summary>What changes something: launch and cancel. They need the role launch, and are counted by themselves.</summary>
internal static class ControlApi
{
    public const string Limited = "changes";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/sweeps", LaunchAsync).WithName("launchSweep").WithSummary("Launch a sweep")
            .WithDescription("The body is a sweep file (YAML). file: what errors call it. priority: sweeps of a higher one are claimed first. A file with mistakes is answered 422 with every message that `sweep launch` prints.")
            .Takes("file", "priority").Accepts<string>("application/yaml", "*/*")
            .Produces<LaunchedShape>(201).ProducesProblem(403).ProducesProblem(413).ProducesProblem(422).RequireRateLimiting(Limited);
        api.MapPost("/sweeps/{sweep}/cancel", CancelAsync).WithName("cancelSweep").WithSummary("Cancel a sweep: finished trials keep their results")
            .Produces<CancelledShape>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).RequireRateLimiting(Limited);
    }

    public static async Task<IResult> LaunchAsync(HttpContext context, Ledger ledger)
    {
        Caller.MustLaunch(context);
        var query = context.Request.Query;
        var file = query["file"].ToString() is { Length: > 0 } named ? Refusal.Cut(named) : "sweep.yaml";
        var priority = query["priority"].ToString() is { Length: > 0 } text
            ? int.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : throw Refusal.Wrong($"priority: expected a whole number, found '{Refusal.Cut(text)}'.")
            : 0;
        var (id, specification) = await PutAsync(ledger, await BodyAsync(context), file, priority, context.RequestAborted);
        return Results.Json(new LaunchedShape(id.Value, specification.Name, specification.TrialCount, $"/api/sweeps/{id}"), Answers.Json, null, StatusCodes.Status201Created)
            .At(context, $"/api/sweeps/{id}");
    }

    public static async Task<IResult> CancelAsync(string sweep, HttpContext context, Studies studies, Ledger ledger)
    {
        Caller.MustLaunch(context);
        var (found, pending) = await EndAsync(studies, ledger, sweep, context.RequestAborted);
        return Results.Json(new CancelledShape(found.Id, pending), Answers.Json);
    }

    /// <exception cref="Refusal">The file is wrong: 422 with all its problems.</exception>
    public static async Task<(SweepId Id, Specification Specification)> PutAsync(Ledger ledger, string yaml, string file, int priority, CancellationToken ct)
    {
        var (specification, problems) = SweepFile.ParseForeign(yaml, file);
        if (specification is null)
        {
            throw new Refusal(StatusCodes.Status422UnprocessableEntity, "The sweep file is wrong", string.Join('\n', problems))
            {
                Members = { ["problems"] = problems.Select(problem => new { message = problem.ToString(), text = problem.Text, file = problem.File, line = problem.Line, column = problem.Column }).ToArray() },
            };
        }

        return (await ledger.Launch.LaunchAsync(specification, priority, ct), specification);
    }

    /// <exception cref="Refusal">It has ended: 409.</exception>
    public static async Task<(ListedSweep Sweep, int Pending)> EndAsync(Studies studies, Ledger ledger, string sweep, CancellationToken ct)
    {
        var found = await studies.FindAsync(sweep, ct);
        if (!found.IsOpen)
            throw new Refusal(StatusCodes.Status409Conflict, "The sweep has ended", $"{Refusal.Cut(found.Name)} ({found.Id}) has ended already: {found.State}.");
        return (found, await ledger.Control.CancelAsync(new SweepId(found.Id), ct));
    }

    private static async Task<string> BodyAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            return await reader.ReadToEndAsync(context.RequestAborted);
        }
        catch (DecoderFallbackException)
        {
            throw new Refusal(StatusCodes.Status422UnprocessableEntity, "The sweep file is wrong", "the file must be UTF-8, found an invalid byte; save it as UTF-8");
        }
    }
}
