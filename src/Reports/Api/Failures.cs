using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Npgsql;
using SweepCluster.Reports.Pages;
using SweepCluster.Reports.Service;
using SweepCluster.Store;
using SweepCluster.Store.Administration;

namespace SweepCluster.Reports.Api;

/// <summary>Every way a request can fail, in words for whoever asked; details of ours go to the log, each at most once a minute.</summary>
internal sealed class Failures(ServiceOptions options, StoreAddress store, TimeProvider time)
{
    private const int ClientClosedRequest = 499;
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StoreAway = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, long> _said = new();

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null })
                await AnswerAsync(context, Of(context.Response.StatusCode, context.Request));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            if (!context.Response.HasStarted)
                context.Response.StatusCode = ClientClosedRequest;
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, Explain(e));
        }
        catch (Exception e)
        {
            // Too late for words: the broken end of the answer says it.
            Explain(e);
            context.Abort();
        }
    }

    public Refusal Explain(Exception error)
    {
        switch (error)
        {
            case Refusal known:
                return known;
            case UnknownMeasureException unknown:
                return Refusal.Wrong($"{unknown.Message}.");
            case BadHttpRequestException bad:
                return new Refusal(bad.StatusCode, "The request is wrong", bad.Message);
            case PostgresException { SqlState: PostgresErrorCodes.QueryCanceled }:
                return new Refusal(StatusCodes.Status503ServiceUnavailable, "The store is slow", "The store took too long to answer. Try again in a moment.") { RetryAfter = StoreAway };
            case NpgsqlException or SocketException or TimeoutException or StoreException when StoreFailures.Explain(error, store) is { } explained:
                Say(explained.Message);
                return explained is StoreRightsException
                    ? new Refusal(StatusCodes.Status403Forbidden, "This service may only read", $"Its login to the store may not do this: launching and cancelling need the role {StoreRoles.Silo}. Whoever runs the service finds more in its log.")
                    : explained is not StoreUnreachableException
                    ? new Refusal(StatusCodes.Status500InternalServerError, "The store does not fit", "The database with the results is of another version, or was changed. Whoever runs the service finds more in its log.")
                    : new Refusal(StatusCodes.Status503ServiceUnavailable, "The store does not answer", "The database with the results is away. What is shown here comes back with it.") { RetryAfter = StoreAway };
            default:
                Say($"this is a mistake of ours: {error}");
                return new Refusal(StatusCodes.Status500InternalServerError, "This is a mistake of ours", "The request was fine, the service failed. Whoever runs it finds the reason in its log.");
        }
    }

    private void Say(string text)
    {
        var now = time.GetTimestamp();
        if (_said.Count > 1000)
            _said.Clear();
        if (_said.TryGetValue(text, out var last) && time.GetElapsedTime(last, now) < Again)
            return;
        _said[text] = now;
        options.Log(text);
    }

    private static Refusal Of(int status, HttpRequest request) => status switch
    {
        StatusCodes.Status404NotFound => new Refusal(status, "Nothing here", $"There is no page '{Refusal.Cut(request.Path)}'."),
        StatusCodes.Status405MethodNotAllowed => new Refusal(status, "Not that way", $"{Refusal.Cut(request.Method)} is not for '{Refusal.Cut(request.Path)}'."),
        StatusCodes.Status415UnsupportedMediaType => new Refusal(status, "Unknown kind of content", "The Content-Type of the request is not one that is read here."),
        _ => new Refusal(status, "The request failed", $"The service answers with status {status}."),
    };

    public static async Task AnswerAsync(HttpContext context, Refusal refusal)
    {
        var response = context.Response;
        response.StatusCode = refusal.Status;
        foreach (var header in (string[])["Content-Disposition", "ETag"])
            response.Headers.Remove(header); // of the answer that did not come about
        if (refusal.RetryAfter is { } wait)
            response.Headers.RetryAfter = $"{Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))}";
        if (WantsPage(context.Request))
        {
            var page = refusal.Status == StatusCodes.Status401Unauthorized
                ? SignInPage.Of($"{context.Request.Path}{context.Request.QueryString}", null)
                : ProblemPage.Of(refusal, context.Features.Get<Access.Caller>());
            await Answers.WritePageAsync(response, page);
            return;
        }

        var members = new Dictionary<string, object> { ["type"] = "about:blank", ["title"] = refusal.Title, ["status"] = refusal.Status, ["detail"] = refusal.Message };
        foreach (var (name, value) in refusal.Members)
            members[name] = value;
        await response.WriteAsJsonAsync(members, Answers.Json, "application/problem+json", context.RequestAborted);
    }

    private static bool WantsPage(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api", StringComparison.Ordinal) && Path.GetExtension(request.Path.Value ?? "") is not (".svg" or ".csv" or ".json")
        && !request.Path.Value!.EndsWith("/events", StringComparison.Ordinal);
}
