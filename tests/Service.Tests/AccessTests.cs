using System.Net;
using SweepCluster.Reports.Access;
using SweepCluster.Reports.Service;

namespace SweepCluster.Service.Tests;

[Collection(OneService.Name)]
public sealed class AccessTests(ServiceFixture service) : IAsyncLifetime
{
    private ReportService _guarded = null!;
    private HttpClient Client { get; set; } = null!;

    public async Task InitializeAsync()
    {
        _guarded = await service.StartAsync(new ServiceOptions { Tokens = ServiceFixture.Tokens });
        Client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(_guarded.Addresses[0]) };
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _guarded.DisposeAsync();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/sweeps")]
    [InlineData("/api/openapi.json")]
    [InlineData("/launch")]
    [InlineData("/nowhere")]
    [InlineData("/sweeps/x/events")]
    public async Task With_tokens_every_address_needs_one(string address)
    {
        using var none = await Client.GetAsync(address);
        Assert.Equal(HttpStatusCode.Unauthorized, none.StatusCode);
        Assert.Contains("Bearer", none.Headers.WwwAuthenticate.ToString());
        Assert.DoesNotContain("l2-visual-intuition", await none.Content.ReadAsStringAsync());
        using var wrong = await SendAsync(HttpMethod.Get, address, "not-a-token-of-this-service");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
    }

    [Fact]
    public async Task A_reader_reads_and_a_launcher_launches()
    {
        using var read = await SendAsync(HttpMethod.Get, "/api/sweeps", ServiceFixture.ReadToken);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        using var refused = await Client.SendAsync(ServiceFixture.Launch(ServiceFixture.Yaml("no", null), ServiceFixture.ReadToken));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var cancel = await SendAsync(HttpMethod.Post, $"/api/sweeps/{service.Waiting}/cancel", ServiceFixture.ReadToken);
        Assert.Equal(HttpStatusCode.Forbidden, cancel.StatusCode);
        using var form = await SendAsync(HttpMethod.Get, "/launch", ServiceFixture.ReadToken);
        Assert.Equal(HttpStatusCode.Forbidden, form.StatusCode);
        using var launched = await Client.SendAsync(ServiceFixture.Launch(ServiceFixture.Yaml("yes", null), ServiceFixture.LaunchToken));
        Assert.Equal(HttpStatusCode.Created, launched.StatusCode);
    }

    [Fact]
    public async Task A_browser_signs_in_with_a_form_and_out_again()
    {
        using var wrong = await SignInAsync("guess", "/");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        using var right = await SignInAsync(ServiceFixture.ReadToken, $"/sweeps/{service.L2}");
        Assert.Equal(HttpStatusCode.SeeOther, right.StatusCode);
        Assert.Equal($"/sweeps/{service.L2}", right.Headers.Location!.OriginalString);
        var cookie = right.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(ServiceFixture.ReadToken, cookie);

        var session = cookie.Split(';')[0];
        using var second = await SignInAsync(ServiceFixture.ReadToken, "/");
        var other = second.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        using var page = await SendAsync(HttpMethod.Get, "/", null, ("Cookie", session));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        using var forged = await SendAsync(HttpMethod.Get, "/", null, ("Cookie", session[..^4] + "AAAA"));
        Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);
        using var reader = await SendAsync(HttpMethod.Post, $"/sweeps/{service.Waiting}/cancel", null, ("Cookie", session), ("Sec-Fetch-Site", "same-origin"));
        Assert.Equal(HttpStatusCode.Forbidden, reader.StatusCode);
        using var left = await SendAsync(HttpMethod.Post, "/logout", null, ("Cookie", session), ("Sec-Fetch-Site", "same-origin"));
        Assert.Equal(HttpStatusCode.SeeOther, left.StatusCode);
        Assert.Contains("expires=Thu, 01 Jan 1970", left.Headers.GetValues("Set-Cookie").Single());
        // Whoever has copied the cookie is out too, and another browser with the same token is not.
        using var stolen = await SendAsync(HttpMethod.Get, "/", null, ("Cookie", session));
        Assert.Equal(HttpStatusCode.Unauthorized, stolen.StatusCode);
        using var elsewhere = await SendAsync(HttpMethod.Get, "/", null, ("Cookie", other));
        Assert.Equal(HttpStatusCode.OK, elsewhere.StatusCode);
    }

    [Theory]
    [InlineData("//evil.example/x")]
    [InlineData("https://evil.example/x")]
    [InlineData("/\\evil.example")]
    [InlineData("javascript:alert(1)")]
    public async Task Signing_in_leads_nowhere_else(string next)
    {
        using var answer = await SignInAsync(ServiceFixture.ReadToken, next);
        Assert.Equal("/", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Another_sites_page_cannot_launch_or_cancel()
    {
        var address = $"/api/sweeps/{service.Waiting}/cancel";
        using var crossSite = await SendAsync(HttpMethod.Post, address, ServiceFixture.LaunchToken, ("Sec-Fetch-Site", "cross-site"));
        Assert.Equal(HttpStatusCode.Forbidden, crossSite.StatusCode);
        using var sameSite = await SendAsync(HttpMethod.Post, address, ServiceFixture.LaunchToken, ("Sec-Fetch-Site", "same-site"));
        Assert.Equal(HttpStatusCode.Forbidden, sameSite.StatusCode);
        using var foreign = await SendAsync(HttpMethod.Post, address, ServiceFixture.LaunchToken, ("Origin", "http://evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        using var nobody = await SendAsync(HttpMethod.Post, address, ServiceFixture.LaunchToken, ("Origin", "null"));
        Assert.Equal(HttpStatusCode.Forbidden, nobody.StatusCode);
        using var signedIn = await SignInAsync(ServiceFixture.LaunchToken, "/");
        using var silent = await SendAsync(HttpMethod.Post, address, null, ("Cookie", signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0]));
        Assert.Equal(HttpStatusCode.Forbidden, silent.StatusCode);

        // The same without tokens: any page that a browser on this machine shows could try.
        using var open = new HttpRequestMessage(HttpMethod.Post, address) { Headers = { { "Origin", "http://evil.example" } } };
        using var refused = await service.Client.SendAsync(open);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("Pending", (await service.JsonAsync($"/api/sweeps/{service.Waiting}")).GetProperty("sweep").GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:5050")]
    [InlineData("127.0.0.1.evil.example")]
    public async Task A_name_of_somebody_elses_is_not_this_service(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/sweeps") { Headers = { Host = host } };
        using var answer = await service.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_name_may_be_allowed()
    {
        await using var named = await service.StartAsync(new ServiceOptions { Hosts = ["sweeps.example"] });
        using var client = new HttpClient { BaseAddress = new Uri(named.Addresses[0]) };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/sweeps") { Headers = { Host = "sweeps.example" } };
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Guessing_tokens_is_slow()
    {
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 30; i++)
        {
            using var answer = await SendAsync(HttpMethod.Get, "/api/sweeps", $"guess-{i}");
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
    }

    [Fact]
    public async Task Who_asks_too_often_is_told_when_to_come_again()
    {
        await using var slow = await service.StartAsync(new ServiceOptions { RequestsPerSecond = 1, ChangesPerMinute = 1 });
        using var client = new HttpClient { BaseAddress = new Uri(slow.Addresses[0]) };
        HttpResponseMessage? last = null;
        for (var i = 0; i < 12 && last?.StatusCode != HttpStatusCode.TooManyRequests; i++)
        {
            last?.Dispose();
            last = await client.GetAsync("/api/sweeps?limit=1");
        }

        using (last)
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, last!.StatusCode);
            Assert.NotNull(last.Headers.RetryAfter);
            Assert.Equal("application/problem+json", last.Content.Headers.ContentType!.MediaType);
        }
    }

    [Fact]
    public async Task Changes_are_counted_by_themselves()
    {
        await using var slow = await service.StartAsync(new ServiceOptions { ChangesPerMinute = 2 });
        using var client = new HttpClient { BaseAddress = new Uri(slow.Addresses[0]) };
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 3; i++)
        {
            using var answer = await client.PostAsync("/api/sweeps/zzzzzzzz/cancel", null);
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.TooManyRequests], statuses);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/sweeps")]
    [InlineData("/nowhere")]
    [InlineData("/assets/reports.js")]
    public async Task Every_answer_carries_the_headers_that_keep_browsers_safe(string address)
    {
        using var answer = await service.Client.GetAsync(address);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public void Other_addresses_need_a_strong_token()
    {
        var open = new ServiceOptions { Addresses = [ServiceAddress.Parse("http://*:5050")] };
        Assert.Contains("without a token", Assert.Single(open.Problems()));
        Assert.Contains("at least", Assert.Single((open with { Tokens = [AccessToken.Parse("short")] }).Problems()));
        Assert.Empty((open with { Tokens = ServiceFixture.Tokens }).Problems());
        Assert.Contains("--certificate", Assert.Single((open with { Addresses = [ServiceAddress.Parse("https://127.0.0.1:1")] }).Problems()));
    }

    [Theory]
    [InlineData("http://127.0.0.1:5050", true)]
    [InlineData("http://localhost:0", true)]
    [InlineData("http://[::1]:5050", true)]
    [InlineData("http://0.0.0.0:5050", false)]
    [InlineData("http://[::]:5050", false)]
    [InlineData("http://*:80", false)]
    [InlineData("http://192.168.1.7", false)]
    public void An_address_says_whether_others_reach_it(string url, bool isLocal) => Assert.Equal(isLocal, ServiceAddress.Parse(url).IsLocal);

    [Theory]
    [InlineData("5050")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://my-host:5050")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:x")]
    [InlineData("")]
    public void What_is_no_address_is_refused(string url) => Assert.Throws<FormatException>(() => ServiceAddress.Parse(url));

    [Fact]
    public void Tokens_are_read_from_text_with_comments()
    {
        var tokens = AccessToken.ParseAll("read:abcdefghijklmnop # for the wall\n\nlaunch:0123456789abcdef plain-one-is-a-launcher\n");
        Assert.Equal([AccessRole.Read, AccessRole.Launch, AccessRole.Launch], tokens.Select(token => token.Role));
        Assert.Throws<FormatException>(() => AccessToken.Parse("read:"));
        Assert.Throws<FormatException>(() => AccessToken.Parse("two words"));
    }

    private Task<HttpResponseMessage> SignInAsync(string token, string next) => Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/login")
    {
        Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["token"] = token, ["next"] = next }),
        Headers = { { "Sec-Fetch-Site", "same-origin" } },
    });

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string address, string? token, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, address);
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return Client.SendAsync(request);
    }
}
