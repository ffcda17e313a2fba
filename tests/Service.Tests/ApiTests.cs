using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SweepCluster.Contracts;

namespace SweepCluster.Service.Tests;

[Collection(OneService.Name)]
public class ApiTests(ServiceFixture service)
{
    [Fact]
    public async Task Sweeps_are_listed_by_pages_each_exactly_once()
    {
        foreach (var order in (string[])["newest", "oldest", "name", "largest"])
        {
            var all = (await service.JsonAsync($"/api/sweeps?limit=1000&sort={order}")).GetProperty("items").EnumerateArray().Select(Id).ToArray();
            var (forward, addresses) = (new List<string>(), new List<string>());
            for (string? next = $"/api/sweeps?limit=2&sort={order}"; next is not null;)
            {
                addresses.Add(next);
                var page = await service.JsonAsync(next);
                forward.AddRange(page.GetProperty("items").EnumerateArray().Select(Id));
                next = page.GetProperty("next").GetString();
            }

            Assert.Equal(all, forward);
            Assert.Contains(service.L2, all);
            var last = await service.JsonAsync(addresses[^1]);
            var before = await service.JsonAsync(last.GetProperty("previous").GetString()!);
            Assert.Equal(all[((addresses.Count - 2) * 2)..((addresses.Count - 1) * 2)], before.GetProperty("items").EnumerateArray().Select(Id));
        }
    }

    [Fact]
    public async Task Sweeps_are_searched_by_name_and_state()
    {
        var found = await service.JsonAsync("/api/sweeps?search=VISUAL&state=completed");
        Assert.Equal([service.L2], found.GetProperty("items").EnumerateArray().Select(Id));
        Assert.Empty((await service.JsonAsync("/api/sweeps?search=%25_nothing")).GetProperty("items").EnumerateArray());
        Assert.Contains(service.Waiting, (await service.JsonAsync("/api/sweeps?state=pending")).GetProperty("items").EnumerateArray().Select(Id));
    }

    [Fact]
    public async Task A_sweep_is_shown_with_its_best_its_figures_and_its_specification()
    {
        foreach (var word in (string[])[service.L2, "l2-visual-intuition", service.L2[..7]])
        {
            var shown = await service.JsonAsync($"/api/sweeps/{word}");
            Assert.Equal(service.L2, shown.GetProperty("sweep").GetProperty("id").GetString());
            Assert.Equal(8, shown.GetProperty("counts").GetProperty("Completed").GetInt64());
            Assert.Equal(JsonValueKind.Number, shown.GetProperty("best").GetProperty("validation_loss").ValueKind);
            Assert.Equal(42, shown.GetProperty("specification").GetProperty("seed").GetInt64());
            Assert.Contains(shown.GetProperty("figures").EnumerateArray(), figure => figure.GetProperty("name").GetString() == "densities");
        }
    }

    [Fact]
    public async Task Configurations_are_told_over_their_replicates_best_first()
    {
        Assert.Empty((await service.JsonAsync($"/api/sweeps/{service.L2}")).GetProperty("configurations").EnumerateArray());
        var configurations = (await service.JsonAsync($"/api/sweeps/{service.Mixed}")).GetProperty("configurations").EnumerateArray().ToArray();

        // Nine, of which 2 and 4 and 8 have one replicate with a loss: those come last.
        Assert.Equal([2, 2, 2, 2, 2, 2, 1, 1, 1], configurations.Select(one => one.GetProperty("replicates").GetInt32()));
        Assert.Equal([2, 4, 8], configurations[6..].Select(one => one.GetProperty("ordinal").GetInt32()).Order());
        var first = configurations[0];
        Assert.Equal(JsonValueKind.Null, first.GetProperty("difference").ValueKind);
        Assert.InRange(first.GetProperty("validation_loss").GetDouble(), first.GetProperty("low").GetDouble(), first.GetProperty("high").GetDouble());
        var trials = (await service.JsonAsync($"/api/sweeps/{service.Mixed}/trials?limit=100")).GetProperty("items").EnumerateArray()
            .Where(trial => trial.GetProperty("ordinal").GetInt32() == first.GetProperty("ordinal").GetInt32()).Select(trial => trial.GetProperty("validation_loss").GetDouble());
        Assert.Equal(trials.Average(), first.GetProperty("validation_loss").GetDouble(), 1e-12);
        Assert.All(configurations[1..6], one => Assert.True(one.GetProperty("difference").GetDouble() > 0));
        Assert.All(configurations[6..], one => Assert.Equal(JsonValueKind.Null, one.GetProperty("difference_low").ValueKind));
    }

    [Theory]
    [InlineData("grid")]
    [InlineData("validation")]
    [InlineData("seconds")]
    public async Task Trials_are_listed_by_pages_each_exactly_once_in_any_order(string order)
    {
        var seen = new List<long>();
        var losses = new List<double>();
        for (string? next = $"/api/sweeps/{service.Mixed}/trials?limit=4&sort={order}"; next is not null;)
        {
            var page = await service.JsonAsync(next);
            foreach (var trial in page.GetProperty("items").EnumerateArray())
            {
                seen.Add(trial.GetProperty("id").GetInt64());
                var loss = trial.GetProperty("validation_loss");
                losses.Add(loss.ValueKind == JsonValueKind.Number ? loss.GetDouble() : double.PositiveInfinity);
            }

            next = page.GetProperty("next").GetString();
        }

        Assert.Equal(18, seen.Count);
        Assert.Equal(18, seen.Distinct().Count());
        if (order == "validation")
            Assert.Equal(losses.Order(), losses);
    }

    [Fact]
    public async Task Trials_are_filtered_by_state_replicate_and_hyperparameters()
    {
        async Task<int> Count(string filter) => (await service.JsonAsync($"/api/sweeps/{service.Mixed}/trials?{filter}")).GetProperty("items").GetArrayLength();
        Assert.Equal(1, await Count("state=failed"));
        Assert.Equal(9, await Count("replicate=1"));
        Assert.Equal(6, await Count("where=regularization.l2%3D1e-3"));
        Assert.Equal(12, await Count("where=regularization.l2%3C%3D0.001"));
        Assert.Equal(4, await Count("where=regularization.l2%3C%3D0.001&where=regularization.dropout.p%3E0.5"));
        Assert.Equal(0, await Count("where=nothing%3D1"));
    }

    [Fact]
    public async Task A_trial_gives_its_losses_snapshots_fit_and_attempts()
    {
        var id = await service.TrialAsync(service.L2, 2);
        Assert.Equal("Completed", (await service.JsonAsync($"/api/trials/{id}")).GetProperty("state").GetString());
        Assert.Equal(20, (await service.JsonAsync($"/api/trials/{id}/losses")).GetProperty("validation").GetArrayLength());
        Assert.Equal([0, 20], (await service.JsonAsync($"/api/trials/{id}/snapshots")).GetProperty("epochs").EnumerateArray().Select(e => e.GetInt32()));
        Assert.Equal(300, (await service.JsonAsync($"/api/trials/{id}/snapshots/20")).GetProperty("parameters").GetArrayLength());
        Assert.Equal(240, (await service.JsonAsync($"/api/trials/{id}/fit")).GetProperty("prediction").GetArrayLength());
        Assert.Equal(1, (await service.JsonAsync($"/api/trials/{id}/attempts")).GetArrayLength());
        await service.JsonAsync($"/api/trials/{id}/snapshots/7", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Losses_that_are_no_numbers_are_said_so()
    {
        var id = await service.TrialAsync(service.Mixed, 2);
        Assert.Equal("NaN", (await service.JsonAsync($"/api/trials/{id}")).GetProperty("validation_loss").GetString());
        Assert.Equal("NaN", (await service.JsonAsync($"/api/trials/{id}/losses")).GetProperty("validation")[0].GetString());
        await service.PageAsync($"/trials/{id}");
    }

    [Fact]
    public async Task Every_figure_of_every_sweep_is_there_as_svg_csv_and_json()
    {
        foreach (var sweep in (string[])[service.L2, service.Mixed, service.Single, service.Hostile, service.Long, service.Waiting])
        {
            foreach (var figure in (await service.JsonAsync($"/api/sweeps/{sweep}/figures")).EnumerateArray())
            {
                var svg = await GetAsync(figure.GetProperty("svg").GetString()!, "image/svg+xml");
                System.Xml.Linq.XDocument.Parse(svg);
                Assert.StartsWith("panel,series,kind", await GetAsync(figure.GetProperty("csv").GetString()!, "text/csv"), StringComparison.Ordinal);
                using var json = JsonDocument.Parse(await GetAsync(figure.GetProperty("json").GetString()! + "?points=700", "application/json"));
                Assert.Equal(figure.GetProperty("name").GetString(), json.RootElement.GetProperty("name").GetString());
            }
        }
    }

    [Fact]
    public async Task A_figure_allows_its_own_style_sheet_and_nothing_else()
    {
        using var answer = await service.Client.GetAsync($"/sweeps/{service.L2}/figures/densities.svg");
        var svg = await answer.Content.ReadAsStringAsync();
        var style = svg[(svg.IndexOf("<style>", StringComparison.Ordinal) + 7)..svg.IndexOf("</style>", StringComparison.Ordinal)];
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        Assert.Contains($"style-src 'sha256-{hash}'", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
        using var again = new HttpRequestMessage(HttpMethod.Get, $"/sweeps/{service.L2}/figures/densities.svg");
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        using var second = await service.Client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task Tables_of_a_whole_sweep_are_streamed_as_csv()
    {
        var trials = await GetAsync($"/api/sweeps/{service.Mixed}/trials.csv", "text/csv");
        Assert.Equal(19, trials.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.EndsWith(",regularization.l2,regularization.dropout.p", trials.Split('\n')[0]);
        Assert.Equal(1 + (8 * 20), (await GetAsync($"/sweeps/{service.L2}/losses.csv", "text/csv")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("/api/sweeps/zzzzzzzz", 404, "No such sweep")]
    [InlineData("/api/sweeps/zzzzzzzz/trials", 404, "No such sweep")]
    [InlineData("/api/sweeps/zzzzzzzz/figures/data.svg", 404, "No such sweep")]
    [InlineData("/api/trials/999999999", 404, "No such trial")]
    [InlineData("/api/trials/abc/losses", 404, "No such trial")]
    [InlineData("/api/trials/99999999999999999999", 404, "No such trial")]
    [InlineData("/api/sweeps?limit=0", 400, "The request is wrong")]
    [InlineData("/api/sweeps?limit=abc", 400, "The request is wrong")]
    [InlineData("/api/sweeps?sort=sideways", 400, "The request is wrong")]
    [InlineData("/api/sweeps?state=1", 400, "The request is wrong")]
    [InlineData("/api/nowhere", 404, "Nothing here")]
    [InlineData("/api/sweeps/%00", 404, null)]
    public async Task What_cannot_be_answered_is_a_problem_document(string address, int status, string? title)
    {
        using var answer = await service.Client.GetAsync(address);
        if (title is null)
        {
            Assert.InRange((int)answer.StatusCode, 400, 499);
            return;
        }

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = await ServiceFixture.ReadAsync(answer);
        Assert.Equal((title, status), (problem.GetProperty("title").GetString(), problem.GetProperty("status").GetInt32()));
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task Bad_filters_and_figures_are_refused_in_words()
    {
        Assert.Contains("condition", (await service.JsonAsync($"/api/sweeps/{service.L2}/trials?where=nonsense", HttpStatusCode.BadRequest)).GetProperty("detail").GetString());
        await service.JsonAsync($"/api/sweeps/{service.L2}/figures/nothing.svg", HttpStatusCode.NotFound);
        await service.JsonAsync($"/api/sweeps/{service.L2}/figures/densities.gif", HttpStatusCode.NotFound);
        using var wrong = await service.Client.DeleteAsync($"/api/sweeps/{service.L2}");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, wrong.StatusCode);
        await service.JsonAsync("/api/compare/figures/comparison-losses.svg?sweep=one", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_sweep_is_launched_and_cancelled()
    {
        using var launched = await service.Client.SendAsync(ServiceFixture.Launch(ServiceFixture.Yaml("from-afar", "training.batch: [32, 64]")));
        Assert.Equal(HttpStatusCode.Created, launched.StatusCode);
        var answer = await ServiceFixture.ReadAsync(launched);
        Assert.Equal(launched.Headers.Location!.OriginalString, answer.GetProperty("location").GetString());
        var address = answer.GetProperty("location").GetString()!;
        Assert.Equal("Pending", (await service.JsonAsync(address)).GetProperty("sweep").GetProperty("state").GetString());

        using var cancelled = await service.Client.PostAsync($"{address}/cancel", null);
        Assert.Equal(2, (await ServiceFixture.ReadAsync(cancelled)).GetProperty("pending_ended").GetInt32());
        Assert.Equal("Cancelled", (await service.JsonAsync(address)).GetProperty("sweep").GetProperty("state").GetString());
        using var again = await service.Client.PostAsync($"{address}/cancel", null);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")] // what curl says unless told otherwise
    [InlineData("text/yaml")]
    [InlineData(null)]
    public async Task A_sweep_file_may_come_as_any_type(string? type)
    {
        using var request = ServiceFixture.Launch(ServiceFixture.Yaml("any-type", null));
        request.Content!.Headers.ContentType = type is null ? null : new(type);
        using var launched = await service.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, launched.StatusCode);
    }

    [Fact]
    public async Task A_wrong_sweep_file_gets_the_messages_of_the_command_line()
    {
        const string yaml = "name: wrong\ntraining: {epochs: -1, epocs: 3}\ngrid:\n  regularization.l2: [-0.1]\n";
        using var answer = await service.Client.SendAsync(ServiceFixture.Launch(yaml));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var problem = await ServiceFixture.ReadAsync(answer);
        var expected = SweepFile.Parse(yaml, "l2.yaml").Problems.Select(p => p.ToString()).ToArray();
        Assert.NotEmpty(expected);
        Assert.Equal(expected, problem.GetProperty("problems").EnumerateArray().Select(p => p.GetProperty("message").GetString()));
        Assert.Equal(string.Join('\n', expected), problem.GetProperty("detail").GetString());
        Assert.True(problem.GetProperty("problems")[0].GetProperty("line").GetInt32() > 0);

        // Asks first whether it may: else it would still be writing when the answer comes.
        using var request = ServiceFixture.Launch(new string('#', 5 * SweepFile.MaxBytes));
        request.Headers.ExpectContinue = true;
        using var huge = await service.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, huge.StatusCode);
    }

    [Fact]
    public async Task The_OpenAPI_document_describes_every_address_of_the_API()
    {
        var document = await service.JsonAsync("/api/openapi.json");
        var paths = document.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToArray();
        foreach (var path in (string[])["/api/sweeps", "/api/sweeps/{sweep}", "/api/sweeps/{sweep}/trials", "/api/sweeps/{sweep}/cancel", "/api/sweeps/{sweep}/events", "/api/sweeps/{sweep}/figures/{file}", "/api/trials/{trial}", "/api/trials/{trial}/losses", "/api/trials/{trial}/snapshots/{epoch}"])
            Assert.Contains(path, paths);
        Assert.True(document.GetProperty("paths").GetProperty("/api/sweeps").TryGetProperty("post", out _));
        Assert.DoesNotContain(paths, path => !path.StartsWith("/api/", StringComparison.Ordinal));
        var loss = document.GetProperty("components").GetProperty("schemas").GetProperty("TrialShape").GetProperty("properties").GetProperty("validation_loss");
        Assert.False(loss.TryGetProperty("type", out _));
        Assert.Equal(["number", "string", "null"], loss.GetProperty("anyOf").EnumerateArray().Select(one => one.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Reading_happens_under_a_role_that_cannot_write()
    {
        var (source, isReader) = await Reports.Service.ReadingRole.OpenAsync(service.Store.ReaderAddress, default);
        await using var reading = source;
        Assert.True(isReader);
        await using var who = reading.CreateCommand("SELECT current_user || ' ' || current_setting('transaction_read_only')");
        Assert.Equal("sweep_reader on", await who.ExecuteScalarAsync());
        await using var write = reading.CreateCommand("UPDATE ledger.sweeps SET name = 'x'");
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => write.ExecuteNonQueryAsync());
    }

    private static string Id(JsonElement sweep) => sweep.GetProperty("id").GetString()!;

    private async Task<string> GetAsync(string address, string type)
    {
        using var answer = await service.Client.GetAsync(address);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{address}: {answer.StatusCode} {text}");
        Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
        return text;
    }
}
