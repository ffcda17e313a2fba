using System.Net;
using System.Text.RegularExpressions;

namespace SweepCluster.Service.Tests;

[Collection(OneService.Name)]
public class PageTests(ServiceFixture service)
{
    [Fact]
    public async Task The_list_shows_sweeps_and_marks_them_for_comparison()
    {
        var page = await service.PageAsync("/?search=visual");
        Assert.Contains("l2-visual-intuition", page);
        Assert.Contains($"name=\"sweep\" value=\"{service.L2}\"", page);
        Assert.Contains("No sweep fits", await service.PageAsync("/?search=nothing-of-that-name"));
    }

    [Fact]
    public async Task A_sweeps_page_says_its_finding_and_shows_every_figure_with_its_words()
    {
        var page = await service.PageAsync($"/sweeps/{service.L2}");
        Assert.Contains("gives the lowest validation loss", page);
        foreach (var figure in (string[])["densities", "divergence", "training-losses", "bias-variance"])
            Assert.Contains($"src=\"/sweeps/{service.L2}/figures/{figure}.svg\"", page);
        Assert.Contains("collapses into a peak", page);
        Assert.DoesNotContain("http-equiv=\"refresh\"", page);
        Assert.DoesNotContain("Cancel this sweep", page);
    }

    [Fact]
    public async Task Head_is_answered_as_get_without_the_body()
    {
        using var client = new HttpClient { BaseAddress = new Uri(service.Address) };
        foreach (var address in (string[])["/", $"/sweeps/{service.L2}", $"/sweeps/{service.L2}/figures/densities.svg", $"/api/sweeps/{service.L2}", $"/sweeps/{service.L2}/losses.csv", "/assets/reports.css", "/health/ready", "/nowhere"])
        {
            using var get = await client.GetAsync(address);
            using var request = new HttpRequestMessage(HttpMethod.Head, address);
            using var head = await client.SendAsync(request);
            Assert.Equal((address, get.StatusCode, get.Content.Headers.ContentType), (address, head.StatusCode, head.Content.Headers.ContentType));
            Assert.Equal(get.Headers.ETag, head.Headers.ETag);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        }
        using var change = new HttpRequestMessage(HttpMethod.Head, $"/sweeps/{service.L2}/cancel");
        using var refused = await client.SendAsync(change);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, refused.StatusCode);
    }

    [Fact]
    public async Task Names_and_prefixes_lead_to_the_sweep()
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = new Uri(service.Address) };
        using var answer = await client.GetAsync("/sweeps/l2-visual-intuition");
        Assert.Equal($"/sweeps/{service.L2}", answer.Headers.Location!.OriginalString);
        Assert.Contains(service.Mixed, await service.PageAsync("/sweeps/l2-", HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task A_sweep_that_nobody_has_begun_says_so_and_looks_again_by_itself()
    {
        var page = await service.PageAsync($"/sweeps/{service.Waiting}");
        Assert.Contains("No trial has finished", page);
        Assert.Contains("<noscript><meta http-equiv=\"refresh\"", page);
        Assert.Contains($"data-live=\"/sweeps/{service.Waiting}/events\"", page);
    }

    [Fact]
    public async Task A_failed_trial_says_why()
    {
        var page = await service.PageAsync($"/trials/{await service.TrialAsync(service.Mixed, 4)}");
        Assert.Contains("a smaller learning rate would help", page);
        Assert.Contains("a smaller learning rate would help", await service.PageAsync($"/sweeps/{service.Mixed}"));
    }

    [Fact]
    public async Task Replicates_are_told_as_means_with_intervals()
    {
        Assert.DoesNotContain("Configurations over replicates", await service.PageAsync($"/sweeps/{service.L2}"));
        var page = await service.PageAsync($"/sweeps/{service.Mixed}");
        Assert.Contains("Configurations over replicates", page);
        Assert.Contains("paired-differences.svg", page);
        Assert.Contains("(2 replicates)", await service.PageAsync($"/compare?sweep={service.L2}&sweep={service.Mixed}"));
    }

    [Fact]
    public async Task A_trials_page_has_its_numbers_attempts_and_figures()
    {
        var id = await service.TrialAsync(service.L2, 1);
        var page = await service.PageAsync($"/trials/{id}");
        foreach (var word in (string[])["θ SHA-256", "Attempts", "λ = 5e-5", $"/trials/{id}/figures/model-losses.svg"])
            Assert.Contains(word, page);
        Assert.Contains("How training moves", await service.PageAsync($"/trials/{id}/figures/model-density"));
    }

    [Fact]
    public async Task Sweeps_stand_side_by_side_with_what_was_asked_differently()
    {
        var page = await service.PageAsync($"/compare?sweep={service.L2}&sweep={service.Mixed}&sweep={service.Waiting}");
        Assert.Contains("ends lowest", page);
        Assert.Contains("replicates", page);
        Assert.Contains("comparison-losses.svg", page);
        Assert.Contains("has no finished trial", page);
        await service.PageAsync($"/compare/figures/comparison-spread?sweep={service.L2}&sweep={service.Mixed}");
        Assert.Contains("2 to 8", await service.PageAsync($"/compare?sweep={service.L2}", HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Trials_come_by_pages_with_links_beside()
    {
        var page = await service.PageAsync($"/sweeps/{service.Mixed}/trials?limit=5&sort=validation");
        var next = WebUtility.HtmlDecode(Regex.Match(page, "href=\"([^\"]*)\" rel=\"next\"").Groups[1].Value);
        Assert.Contains("rel=\"prev\"", await service.PageAsync(next));
        Assert.Contains("No trial fits", await service.PageAsync($"/sweeps/{service.Mixed}/trials?where=a%3D1"));
    }

    [Theory]
    [InlineData("/sweeps/zzzzzzzz", "No such sweep")]
    [InlineData("/trials/123456789", "No such trial")]
    [InlineData("/trials/x", "No such trial")]
    [InlineData("/nowhere", "Nothing here")]
    [InlineData("/sweeps/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "No such sweep")]
    public async Task What_is_not_there_is_a_page_that_says_so(string address, string title)
    {
        var page = await service.PageAsync(address, HttpStatusCode.NotFound);
        Assert.Contains($"<h1>{title}</h1>", page);
        Assert.DoesNotContain("<script>alert", page);
    }

    [Fact]
    public async Task No_name_and_no_configuration_becomes_markup()
    {
        var trial = await service.TrialAsync(service.Hostile, 0);
        foreach (var address in (string[])["/", $"/sweeps/{service.Hostile}", $"/sweeps/{service.Hostile}/trials", $"/trials/{trial}", $"/compare?sweep={service.Hostile}&sweep={service.L2}", "/?search=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", $"/sweeps/{service.Hostile}/trials?where=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E%3D1"])
        {
            var page = await service.PageAsync(address);
            foreach (var sign in (string[])["<script>alert", "<img src=x", "<svg/onload", "<b onmouseover", "</title><svg"])
                Assert.DoesNotContain(sign, page);
            Assert.Single(Regex.Matches(page, "<script"));
        }
    }

    [Fact]
    public async Task Names_of_ten_thousand_characters_do_not_break_a_page()
    {
        foreach (var address in (string[])["/", $"/sweeps/{service.Long}", $"/compare?sweep={service.Long}&sweep={service.L2}"])
            Assert.InRange((await service.PageAsync(address)).Length, 1000, 200_000);
    }

    [Fact]
    public async Task The_launch_form_launches_or_says_every_mistake()
    {
        using var wrong = await service.Client.PostAsync("/launch", Form("name: x\ntraining: {epocs: 3}\n"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        var page = await wrong.Content.ReadAsStringAsync();
        Assert.Contains("epocs", page);
        Assert.Contains("did you mean", page);
        using var right = await service.Client.PostAsync("/launch", Form(ServiceFixture.Yaml("by-form", "training.batch: [32, 64]")));
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        Assert.Contains("by-form", await right.Content.ReadAsStringAsync());
    }

    private static FormUrlEncodedContent Form(string yaml) => new(new Dictionary<string, string> { ["yaml"] = yaml });
}
