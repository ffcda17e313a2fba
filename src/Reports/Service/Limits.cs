using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using SweepCluster.Reports.Access;
using SweepCluster.Reports.Api;

namespace SweepCluster.Reports.Service;

/// <summary>How often one caller may ask, counted for each token, or for each address where there are none.</summary>
internal static class Limits
{
    private const int Burst = 6;

    public static void Configure(RateLimiterOptions limiter, ServiceOptions options)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetTokenBucketLimiter(
            Caller.Of(context).Key,
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = Burst * options.RequestsPerSecond,
                TokensPerPeriod = options.RequestsPerSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            }));
        limiter.AddPolicy(ControlApi.Limited, context => RateLimitPartition.GetFixedWindowLimiter(
            Caller.Of(context).Key,
            _ => new FixedWindowRateLimiterOptions { PermitLimit = options.ChangesPerMinute, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 }));
        limiter.OnRejected = async (rejected, _) =>
        {
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
            await Failures.AnswerAsync(rejected.HttpContext, Refusal.TooMany("This caller asks too often.", wait));
        };
    }
}
