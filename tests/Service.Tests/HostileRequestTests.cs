using System.Net;
using FsCheck;
using FsCheck.Fluent;

namespace SweepCluster.Service.Tests;

/// <summary>Ten thousand requests that nobody would send by mistake.</summary>
[Collection(OneService.Name)]
public sealed class HostileRequestTests(ServiceFixture service)
{
    private static readonly string[] Routes =
    [
        "/", "/api/sweeps", "/api/sweeps/{0}", "/api/sweeps/{0}/trials", "/api/sweeps/{0}/trials.csv", "/api/sweeps/{0}/losses.csv", "/api/sweeps/{0}/figures",
        "/api/sweeps/{0}/figures/{2}", "/api/sweeps/{0}/events", "/api/sweeps/{0}/cancel", "/api/trials/{1}", "/api/trials/{1}/losses", "/api/trials/{1}/snapshots",
        "/api/trials/{1}/snapshots/{1}", "/api/trials/{1}/fit", "/api/trials/{1}/attempts", "/api/trials/{1}/figures/{2}", "/api/compare/figures/{2}",
        "/sweeps/{0}", "/sweeps/{0}/trials", "/sweeps/{0}/figures/{2}", "/sweeps/{0}/events", "/trials/{1}", "/trials/{1}/figures/{2}", "/compare",
        "/compare/figures/{2}", "/launch", "/login", "/logout", "/assets/{2}", "/api/openapi.json", "/{0}",
    ];

    private static readonly string[] Parameters =
        ["limit", "after", "before", "sort", "state", "search", "where", "replicate", "sweep", "sweeps", "epoch", "width", "height", "file", "priority", "next", "token", "hide", "zoom", "x", "y"];

    private static readonly string[] Junk =
    [
        "", "%00", "%ff", "%zz", "%", "..%2f..%2fetc%2fpasswd", "../../etc/passwd", "\\", "'", "\"", "';DROP TABLE ledger.trials;--", "$1", "{0}", "<script>alert(1)</script>", "-1", "0", "1e999", "NaN",
        "9223372036854775807", "9223372036854775808", "99999999999999999999999", "2147483648", "null", "%E2%80%AE", "\u00e9", "\u0001", "\t", "a=b=c", "regularization.l2<=1e-3", "regularization.l2=", "<=", "!=1",
        "densities.svg", "losses.csv", "fit.json", "densities.png", "site.css", "completed", "newest", "validation", ".svg", "%0d%0aSet-Cookie:a=b", "[", "#", "?", "&&", ";", "*", new('a', 4000), new('9', 300),
    ];

    private static readonly string[] Headers =
    [
        "Accept: text/html", "Accept: */*;q=9", "Accept: application/json", "Range: bytes=0-", "Range: bytes=9-1", "If-None-Match: *", "If-None-Match: \"", "Cookie: sweep=x", "Authorization: Bearer ", "Authorization: Basic eA==",
        "Content-Type: application/yaml", "Content-Type: application/x-www-form-urlencoded", "Content-Type: multipart/form-data", "Content-Type: ;", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-origin",
        "Origin: null", "Last-Event-ID: x", "Expect: 100-continue", "X-Forwarded-For: ::1", "Accept-Encoding: gzip, br", "Upgrade: websocket", "no colon", "X: \u0001", "HTTP2-Settings: x",
    ];

    /// <summary>The same cases on every run: the gate is no place for discoveries. Without the replay each run tries others.</summary>
    private static readonly Config Same = Config.QuickThrowOnFailure.WithReplay(1, 3).WithMaxTest(10_000);

    [Fact]
    public async Task Ten_thousand_requests_are_answered_and_none_breaks_anything()
    {
        var requests = new List<RawRequest>();
        Check.One(Same, Prop.ForAll(Requests(await service.TrialAsync(service.L2, 2)).ToArbitrary(), requests.Add));
        var found = new System.Collections.Concurrent.ConcurrentBag<string>();
        var statuses = new System.Collections.Concurrent.ConcurrentDictionary<int, int>();
        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (request, _) =>
        {
            var (status, text) = await request.SendAsync(new Uri(service.Address));
            statuses.AddOrUpdate(status, 1, (_, n) => n + 1);
            if (status is >= 500 or (> 0 and < 200) || text.Contains("   at SweepCluster.", StringComparison.Ordinal) || text.Contains("Exception", StringComparison.Ordinal))
                found.Add($"{status}: {request}");
        });

        Assert.True(found.IsEmpty, $"{found.Count} of {requests.Count}, for example\n{string.Join('\n', found.OrderBy(text => text.Length).Take(5))}");
        Assert.True(statuses.GetValueOrDefault(200) > 500 && statuses.GetValueOrDefault(400) > 100 && statuses.GetValueOrDefault(404) > 100, $"too much alike: {string.Join(", ", statuses)}");
        await service.JsonAsync($"/api/sweeps/{service.L2}");
    }

    /// <summary>Who may launch may not make the service's machine open its files for them.</summary>
    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("table.csv")]
    public async Task A_posted_sweep_names_no_file_of_the_services_machine(string file)
    {
        using var answer = await service.Client.SendAsync(ServiceFixture.Launch($"data: {{kind: csv, file: {file}, targets: [y]}}\n"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var problem = Assert.Single((await ServiceFixture.ReadAsync(answer)).GetProperty("problems").EnumerateArray()).GetProperty("text").GetString();
        Assert.StartsWith("data.file: a table is read beside its sweep file and not here", problem);
    }

    private Gen<RawRequest> Requests(long trial)
    {
        // Nothing here may cancel what other tests look at; they share the store.
        var junk = Gen.Elements(Junk).Or(ArbMap.Default.ArbFor<string>().Generator.Select(text => new string([.. (text ?? "").Where(c => c is not ('\r' or '\n' or ' '))])));
        var sweep = Gen.Frequency((4, Gen.Elements(service.L2, service.Mixed, service.Single, service.Hostile, service.Long[..4], "l2-visual-intuition")), (3, junk));
        var id = Gen.Frequency((4, Gen.Constant($"{trial}")), (3, junk));
        var query =
            from pairs in (from name in Gen.Frequency((9, Gen.Elements(Parameters)), (1, junk)) from value in junk select $"{name}={value}").ListOf()
            select pairs.Count == 0 ? "" : "?" + string.Join('&', pairs.Take(5));
        return
            from method in Gen.Frequency((12, Gen.Constant("GET")), (1, Gen.Elements("HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get", "BREW")))
            from route in Gen.Elements(Routes)
            from first in sweep
            from second in id
            from third in junk
            from rest in query
            from headers in Gen.Elements(Headers).ListOf()
            from body in Gen.Frequency((6, Gen.Constant("")), (1, junk))
            select new RawRequest(method, string.Format(System.Globalization.CultureInfo.InvariantCulture, route, first, second, third) + rest, [.. headers.Take(3)], body);
    }
}
