using Microsoft.AspNetCore.Http;
using Npgsql;
using SweepCluster.Store;

namespace SweepCluster.Reports.Service;

/// <summary>
/// /health/live: the process answers. /health/ready: the store answers it, asked at most once each <see cref="Pause"/> however many
/// ask here. Both say yes (200) or no (503) and nothing else, so they need no token.
/// </summary>
internal sealed class HealthProbe(NpgsqlDataSource reader, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private long _asked;
    private Task<bool> _answer = Task.FromResult(false);

    public bool IsAsked(HttpContext context) => context.Request.Path.Value is "/health/live" or "/health/ready";

    public async Task AnswerAsync(HttpContext context)
    {
        var well = context.Request.Path.Value == "/health/live" || await StoreAnswersAsync();
        context.Response.StatusCode = well ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(well ? "yes\n" : "no\n");
    }

    private Task<bool> StoreAnswersAsync()
    {
        lock (_gate)
        {
            if (_asked != 0 && (!_answer.IsCompleted || time.GetElapsedTime(_asked) < Pause)) return _answer;
            _asked = time.GetTimestamp();
            return _answer = AskAsync();
        }
    }

    private async Task<bool> AskAsync()
    {
        try
        {
            await using var command = reader.CreateCommand("SELECT 1");
            command.CommandTimeout = 3;
            await command.ExecuteScalarAsync();
            return true;
        }
        catch (Exception e) when (StoreFailures.IsPassing(e) || e is NpgsqlException)
        {
            return false;
        }
    }
}
