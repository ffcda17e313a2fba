using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using SweepCluster.Contracts;
using SweepCluster.Reports.Access;
using SweepCluster.Reports.Api;
using SweepCluster.Reports.Comparison;
using SweepCluster.Reports.Live;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Service;
using SweepCluster.Store;

namespace SweepCluster.Reports.Pages;

/// <summary>The addresses of pages.</summary>
internal static class Routes
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/", ListAsync);
        pages.MapGet("/sweeps", (HttpRequest request) => Results.Redirect($"/{QueryString.Create(request.Query)}"));
        pages.MapGet("/sweeps/{sweep}", SweepAsync);
        pages.MapGet("/sweeps/{sweep}/trials", TrialsAsync);
        pages.MapGet("/sweeps/{sweep}/trials.csv", SweepApi.TrialsCsvAsync);
        pages.MapGet("/sweeps/{sweep}/losses.csv", SweepApi.LossesCsvAsync);
        pages.MapGet("/sweeps/{sweep}/metrics.csv", SweepApi.MetricsCsvAsync);
        pages.MapGet("/sweeps/{sweep}/events", SweepApi.EventsAsync);
        pages.MapGet("/sweeps/{sweep}/figures/{file}", SweepFigureAsync);
        pages.MapGet("/trials/{trial}", TrialAsync);
        pages.MapGet("/trials/{trial}/figures/{file}", TrialFigureAsync);
        pages.MapGet("/compare", CompareAsync);
        pages.MapGet("/compare/figures/{file}", CompareFigureAsync);
        pages.MapGet("/launch", (HttpContext context) => Launch(context, null, [], 200));
        pages.MapPost("/launch", LaunchAsync).RequireRateLimiting(ControlApi.Limited);
        pages.MapPost("/sweeps/{sweep}/cancel", CancelAsync).RequireRateLimiting(ControlApi.Limited);
        pages.MapGet("/login", (HttpContext context) => Answers.WritePageAsync(context.Response, SignInPage.Of(context.Request.Query["next"], null)));
        pages.MapPost("/login", SignInAsync);
        pages.MapPost("/logout", SignOut);
        pages.MapGet("/assets/{file}", Assets.WriteAsync);
    }

    private static async Task ListAsync(HttpContext context, Studies studies)
    {
        var query = context.Request.Query;
        var sweeps = await SweepList.ReadAsync(studies.Store, Query.Search(query), Query.SweepState(query), Query.SweepOrder(query), Query.Page(query), context.RequestAborted);
        await Answers.WritePageAsync(context.Response, ListPage.Of(context.Request, sweeps, Caller.Of(context)));
    }

    private static async Task SweepAsync(string sweep, HttpContext context, Studies studies)
    {
        var found = await studies.FindAsync(sweep, context.RequestAborted);
        if (found.Id != sweep)
        {
            context.Response.Redirect($"/sweeps/{Uri.EscapeDataString(found.Id)}{FigureApi.QueryOf(Query.By(context.Request.Query))}");
            return;
        }

        var view = await studies.ViewAsync(found, Query.By(context.Request.Query), context.RequestAborted);
        var live = found.IsOpen ? await LiveReader.ReadAsync(studies.Store, found.Id, null, context.RequestAborted) : null;
        await Answers.WritePageAsync(context.Response, LivePage.Of(found, view, live, Caller.Of(context)));
    }

    private static async Task TrialsAsync(string sweep, HttpContext context, Studies studies)
    {
        var (filter, page) = (Query.Trials(context.Request.Query), Query.Page(context.Request.Query));
        var found = await studies.FindAsync(sweep, context.RequestAborted);
        var (keys, measures) = await studies.KeysAsync(found, context.RequestAborted);
        var trials = await TrialList.ReadAsync(studies.Store, found.Id, filter with { Objective = measures.Objective }, page, context.RequestAborted);
        await Answers.WritePageAsync(context.Response, TrialsPage.Of(context.Request, found, keys, measures, trials, Caller.Of(context)));
    }

    private static async Task SweepFigureAsync(string sweep, string file, HttpContext context, Studies studies)
    {
        if (IsData(file))
        {
            await FigureApi.SweepFigureAsync(sweep, file, context, studies);
            return;
        }

        var found = await studies.FindAsync(sweep, context.RequestAborted);
        var by = Query.By(context.Request.Query);
        var print = await studies.PrintAsync(found, file, by, context.RequestAborted) ?? throw NoFigure(file);
        await WriteAsync(context, print, $"/sweeps/{Uri.EscapeDataString(found.Id)}", FigureApi.QueryOf(by), found.Name.Length > 0 ? found.Name : found.Id);
    }

    private static async Task TrialAsync(string trial, HttpContext context, Studies studies) =>
        await Answers.WritePageAsync(context.Response, TrialWebPage.Of(await studies.TrialAsync(TrialApi.Id(trial), context.RequestAborted), Caller.Of(context)));

    private static async Task TrialFigureAsync(string trial, string file, HttpContext context, Studies studies)
    {
        if (IsData(file))
        {
            await FigureApi.TrialFigureAsync(trial, file, context, studies);
            return;
        }

        var view = await studies.TrialAsync(TrialApi.Id(trial), context.RequestAborted);
        await WriteAsync(context, view.Prints.GetValueOrDefault(file) ?? throw NoFigure(file), $"/trials/{view.Trial.Id}", "", $"Trial {view.Trial.Id}");
    }

    private static async Task CompareAsync(HttpContext context, Comparisons comparisons)
    {
        var sweeps = await comparisons.FindAsync(context.Request.Query["sweep"], context.RequestAborted);
        var view = await comparisons.ViewAsync(sweeps, context.RequestAborted);
        await Answers.WritePageAsync(context.Response, ComparePage.Of(view, QueryOf(sweeps), Caller.Of(context)));
    }

    private static async Task CompareFigureAsync(string file, HttpContext context, Comparisons comparisons)
    {
        if (IsData(file))
        {
            await FigureApi.CompareFigureAsync(file, context, comparisons);
            return;
        }

        var sweeps = await comparisons.FindAsync(context.Request.Query["sweep"], context.RequestAborted);
        var view = await comparisons.ViewAsync(sweeps, context.RequestAborted);
        await WriteAsync(context, view.Prints.GetValueOrDefault(file) ?? throw NoFigure(file), "/compare", QueryOf(sweeps), "Comparison");
    }

    private static Task WriteAsync(HttpContext context, FigurePrint print, string owner, string query, string name) =>
        Answers.WritePageAsync(context.Response, FigurePage.Of(print, $"{owner}/figures/", query, ($"{owner}{query}", name), Caller.Of(context)));

    private static async Task Launch(HttpContext context, string? yaml, IReadOnlyList<string> problems, int status)
    {
        Caller.MustLaunch(context);
        context.Response.StatusCode = status;
        await Answers.WritePageAsync(context.Response, LaunchPage.Of(Caller.Of(context), yaml, problems));
    }

    private static async Task LaunchAsync(HttpContext context, Ledger ledger)
    {
        Caller.MustLaunch(context);
        var yaml = (await FormAsync(context))["yaml"].ToString().ReplaceLineEndings("\n");
        try
        {
            var (id, _) = await ControlApi.PutAsync(ledger, yaml, "sweep.yaml", 0, context.RequestAborted);
            SeeOther(context, $"/sweeps/{id}");
        }
        catch (Refusal refusal) when (refusal.Status == StatusCodes.Status422UnprocessableEntity)
        {
            await Launch(context, yaml, refusal.Message.Split('\n'), refusal.Status);
        }
    }

    private static async Task CancelAsync(string sweep, HttpContext context, Studies studies, Ledger ledger)
    {
        Caller.MustLaunch(context);
        var (found, _) = await ControlApi.EndAsync(studies, ledger, sweep, context.RequestAborted);
        SeeOther(context, $"/sweeps/{Uri.EscapeDataString(found.Id)}");
    }

    private static async Task SignInAsync(HttpContext context, Gate gate)
    {
        var form = await FormAsync(context);
        var next = form["next"].ToString();
        if (gate.SignIn(context, form["token"].ToString().Trim()))
        {
            SeeOther(context, SignInPage.IsLocal(next) ? next : "/");
            return;
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        await Answers.WritePageAsync(context.Response, SignInPage.Of(next, "That is not a token of this service."));
    }

    private static void SignOut(HttpContext context, Gate gate)
    {
        gate.SignOut(context);
        SeeOther(context, "/login");
    }

    // What a form sends may hold any character, also ones that a form's own reader would refuse by size.
    private static async Task<IFormCollection> FormAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
            throw new Refusal(StatusCodes.Status415UnsupportedMediaType, "Unknown kind of content", "A form was expected (application/x-www-form-urlencoded).");
        try
        {
            return await new FormFeature(context.Request, new FormOptions { ValueLengthLimit = 4 * SweepFile.MaxBytes }).ReadFormAsync(context.RequestAborted);
        }
        catch (InvalidDataException e)
        {
            throw Refusal.Wrong(e.Message);
        }
    }

    private static void SeeOther(HttpContext context, string address)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = address;
        context.Response.ContentLength = 0;
    }

    private static bool IsData(string file) => Path.GetExtension(file) is ".svg" or ".csv" or ".json";

    private static string QueryOf(IEnumerable<ListedSweep> sweeps) => "?" + string.Join('&', sweeps.Select(sweep => $"sweep={Uri.EscapeDataString(sweep.Id)}"));

    private static Refusal NoFigure(string name) => new(StatusCodes.Status404NotFound, "No such figure", $"There is no figure '{Refusal.Cut(name)}' here.");
}
