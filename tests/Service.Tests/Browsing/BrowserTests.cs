using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Playwright;
using SweepCluster.Contracts;
using SweepCluster.Silo;
using static Microsoft.Playwright.Assertions;

namespace SweepCluster.Service.Tests.Browsing;

[Collection(OneService.Name)]
public sealed class BrowserTests(ServiceFixture service, Chromium chromium) : IClassFixture<Chromium>
{
    private const float Slow = 120_000;

    private async Task<(string Name, string Address)[]> PagesAsync() =>
    [
        ("list", "/"),
        ("sweep", $"/sweeps/{service.L2}"),
        ("mixed", $"/sweeps/{service.Mixed}"),
        ("waiting", $"/sweeps/{service.Waiting}"),
        ("single", $"/sweeps/{service.Single}"),
        ("hostile", $"/sweeps/{service.Hostile}"),
        ("long", $"/sweeps/{service.Long}"),
        ("trials", $"/sweeps/{service.Mixed}/trials?limit=10"),
        ("trial", $"/trials/{await service.TrialAsync(service.L2, 2)}"),
        ("failed", $"/trials/{await service.TrialAsync(service.Mixed, 4)}"),
        ("compare", $"/compare?sweep={service.L2}&sweep={service.Mixed}&sweep={service.Single}"),
        ("figure", $"/sweeps/{service.L2}/figures/densities"),
        ("launch", "/launch"),
        ("sign-in", "/login"),
    ];

    [BrowserTheory]
    [InlineData(ColorScheme.Light, 1100)]
    [InlineData(ColorScheme.Dark, 1100)]
    [InlineData(ColorScheme.Light, 360)]
    public async Task Every_page_is_sound(ColorScheme scheme, int width)
    {
        await using var visit = await Visit.StartAsync(chromium, service.Address, scheme, width);
        foreach (var (name, address) in await PagesAsync())
        {
            await visit.GoAsync(address);
            await visit.WakeFiguresAsync();
            await visit.ShootAsync($"{name}-{scheme.ToString().ToLowerInvariant()}-{width}");
            var found = await visit.Page.EvaluateAsync<string[]>(Audit.Script);
            Assert.True(found.Length == 0, $"{address}, {scheme}, {width} px:\n{string.Join('\n', found)}");
        }

        Assert.Empty(visit.Mishaps);
    }

    [BrowserFact]
    public async Task Without_a_script_everything_is_there_to_read()
    {
        await using var visit = await Visit.StartAsync(chromium, service.Address, script: false);
        await visit.GoAsync("/");
        await visit.Page.FillAsync("input[name=search]", "visual");
        await visit.Page.ClickAsync("button:text-is('Show')");
        await visit.Page.ClickAsync("a:has-text('l2-visual-intuition')");
        await Expect(visit.Page.Locator("h1")).ToHaveTextAsync("l2-visual-intuition");
        Assert.True(await visit.Page.Locator("figure img").CountAsync() > 8);
        Assert.True(await visit.Page.Locator("figcaption p:not(.file)").CountAsync() > 8);
        var picture = visit.Page.Locator("figure img").First;
        await picture.ScrollIntoViewIfNeededAsync();
        await Expect(picture).ToBeVisibleAsync();
        await visit.ShootAsync("without-script");
        await visit.Page.ClickAsync("a:text-is('All 8 trials')");
        Assert.Equal(8, await visit.Page.Locator("tbody tr").CountAsync());
        await visit.GoAsync("/");
        foreach (var id in (string[])[service.L2, service.Mixed])
            await visit.Page.CheckAsync($"input[value='{id}']");
        await visit.Page.ClickAsync("button:has-text('Compare')");
        await Expect(visit.Page.Locator("h1")).ToHaveTextAsync("2 sweeps side by side");
        Assert.Empty(visit.Mishaps);
    }

    [BrowserFact]
    public async Task A_figure_tells_its_values_to_a_pointer_and_to_keys()
    {
        await using var visit = await Visit.StartAsync(chromium, service.Address);
        await visit.GoAsync($"/sweeps/{service.L2}/figures/training-losses");
        await visit.WakeFiguresAsync();
        var frame = (await visit.Page.Locator("rect.frame").First.BoundingBoxAsync())!;
        var tip = visit.Page.Locator(".tip");
        for (var x = 0.2f; x < 0.8f && !await tip.IsVisibleAsync(); x += 0.05f)
        {
            for (var y = 0.1f; y < 1 && !await tip.IsVisibleAsync(); y += 0.1f)
            {
                await visit.Page.Mouse.MoveAsync(frame.X + (x * frame.Width), frame.Y + (y * frame.Height));
                await visit.Page.EvaluateAsync("() => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve, 30)))");
            }
        }

        await Expect(tip).ToBeVisibleAsync();
        await Expect(tip).ToContainTextAsync("λ = ");
        await Expect(tip).ToContainTextAsync("Epoch");
        await visit.ShootAsync("hover", whole: false);

        await visit.Page.Locator("svg.sweep-figure").FocusAsync();
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(visit.Page.Locator("figure [role=status]")).ToContainTextAsync("Epoch 1,");
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(visit.Page.Locator("figure [role=status]")).ToContainTextAsync("Epoch 2,");
        var before = await visit.Page.Locator("figure [role=status]").InnerTextAsync();
        await visit.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(visit.Page.Locator("figure [role=status]")).Not.ToHaveTextAsync(before);
        await visit.Page.Keyboard.PressAsync("Escape");
        await Expect(tip).ToBeHiddenAsync();
        Assert.Empty(visit.Mishaps);
    }

    [BrowserFact]
    public async Task The_legend_hides_and_shows_curves()
    {
        await using var visit = await Visit.StartAsync(chromium, service.Address);
        await visit.GoAsync($"/sweeps/{service.L2}/figures/training-losses");
        await visit.WakeFiguresAsync();
        var entry = visit.Page.Locator(".legend-entry[role=button]").First;
        var ink = (await entry.GetAttributeAsync("class"))!.Split(' ')[1];
        var curve = visit.Page.Locator($".mark.{ink}").First;
        await Expect(curve).ToBeVisibleAsync();
        await entry.ClickAsync();
        await Expect(entry).ToHaveAttributeAsync("aria-pressed", "false");
        await Expect(curve).ToBeHiddenAsync();
        await visit.ShootAsync("toggled", whole: false);
        await entry.FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(curve).ToBeVisibleAsync();
        Assert.Empty(visit.Mishaps);
    }

    [BrowserTheory]
    [InlineData("training-losses")]
    [InlineData("densities")]
    [InlineData("divergence")]
    [InlineData("predictions")]
    public async Task A_figure_is_zoomed_and_made_whole_again(string name)
    {
        await using var visit = await Visit.StartAsync(chromium, service.Address);
        await visit.GoAsync($"/sweeps/{service.L2}/figures/{name}");
        await visit.WakeFiguresAsync();
        var labels = visit.Page.Locator("g.panel >> nth=0 >> g.tick-labels");
        var before = await labels.TextContentAsync();
        var frame = (await visit.Page.Locator("rect.frame").First.BoundingBoxAsync())!;
        await visit.Page.Mouse.MoveAsync(frame.X + (0.35f * frame.Width), frame.Y + (0.3f * frame.Height));
        await visit.Page.Mouse.DownAsync();
        await visit.Page.Mouse.MoveAsync(frame.X + (0.5f * frame.Width), frame.Y + (0.5f * frame.Height));
        await visit.Page.Mouse.MoveAsync(frame.X + (0.6f * frame.Width), frame.Y + (0.7f * frame.Height));
        await visit.Page.Mouse.UpAsync();
        await Expect(visit.Page.Locator("svg.zoomed")).ToBeVisibleAsync();
        await Expect(labels).Not.ToHaveTextAsync(before!);
        await visit.ShootAsync($"zoomed-{name}", whole: false);
        await visit.Page.ClickAsync("[data-do=whole]");
        await Expect(labels).ToHaveTextAsync(before!);
        await visit.Page.Locator("svg.sweep-figure").FocusAsync();
        await visit.Page.Keyboard.PressAsync("+");
        await Expect(visit.Page.Locator("svg.zoomed")).ToBeVisibleAsync();
        await visit.Page.Keyboard.PressAsync("0");
        await Expect(visit.Page.Locator("svg.zoomed")).ToHaveCountAsync(0);
        Assert.Empty(visit.Mishaps);
    }

    [BrowserFact]
    public async Task Figures_are_saved_as_PNG_SVG_CSV_and_JSON()
    {
        await using var visit = await Visit.StartAsync(chromium, service.Address, ColorScheme.Dark);
        await visit.GoAsync($"/sweeps/{service.L2}/figures/densities");
        await visit.WakeFiguresAsync();
        var png = await BytesAsync(visit, "[data-do=png]", "densities.png");
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        Assert.Equal(1520, (png[18] << 8) | png[19]);
        if (Environment.GetEnvironmentVariable("SWEEP_SCREENSHOTS") is { Length: > 0 } folder)
            await File.WriteAllBytesAsync(Path.Combine(folder, "saved.png"), png);
        Assert.StartsWith("<svg", System.Text.Encoding.UTF8.GetString(await BytesAsync(visit, "a:text-is('SVG')", "densities.svg")));
        Assert.StartsWith("panel,series", System.Text.Encoding.UTF8.GetString(await BytesAsync(visit, "a:text-is('CSV')", "densities.csv")));
        await visit.Page.ClickAsync("a:text-is('JSON')");
        using var json = JsonDocument.Parse(await visit.Page.InnerTextAsync("body"));
        Assert.Equal("densities", json.RootElement.GetProperty("name").GetString());
    }

    [BrowserFact]
    public async Task A_figure_by_itself_is_drawn_under_its_own_policy()
    {
        await using var visit = await Visit.StartAsync(chromium, service.Address, ColorScheme.Dark);
        await visit.GoAsync($"/sweeps/{service.L2}/figures/densities.svg");
        Assert.Equal("rgb(20, 23, 28)", await visit.Page.EvaluateAsync<string>("() => getComputedStyle(document.querySelector('.paper')).fill"));
        Assert.Empty(visit.Mishaps);
    }

    [BrowserFact]
    public async Task A_page_follows_a_real_run_to_its_end()
    {
        var id = await service.Store.Ledger.Launch.LaunchAsync(ServiceFixture.Lasting("watched"));
        await using var visit = await Visit.StartAsync(chromium, service.Address);
        await visit.GoAsync($"/sweeps/{id}");
        await Expect(visit.Page.Locator("[data-field=ended]")).ToHaveTextAsync("0 of 2 trials ended");
        await Expect(visit.Page.Locator(".finding")).ToContainTextAsync("No trial has finished");
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        var silo = new SiloHost(service.Store.Ledger, new SiloOptions { Slots = 1, UntilSweepDone = id }, NullLoggerFactory.Instance).RunAsync(patience.Token);
        await Expect(visit.Page.Locator("[data-field=running] tbody tr").First).ToContainTextAsync("λ = ", new LocatorAssertionsToContainTextOptions { Timeout = Slow });
        await visit.ShootAsync("training");
        await silo;
        await Expect(visit.Page.Locator("[data-field=ended]")).ToHaveTextAsync("2 of 2 trials ended", new LocatorAssertionsToHaveTextOptions { Timeout = Slow });
        await Expect(visit.Page.Locator(".finding")).ToContainTextAsync("gives the lowest validation loss", new LocatorAssertionsToContainTextOptions { Timeout = Slow });
        await Expect(visit.Page.Locator("figure[data-figure$='/densities.svg']")).ToHaveCountAsync(1, new LocatorAssertionsToHaveCountOptions { Timeout = Slow });
        await Expect(visit.Page.Locator("summary:has-text('Cancel this sweep')")).ToHaveCountAsync(0);
        await visit.WakeFiguresAsync();
        await visit.ShootAsync("trained");
        Assert.Empty(visit.Mishaps);
    }

    [BrowserFact]
    public async Task A_keyboard_is_enough()
    {
        await using var visit = await Visit.StartAsync(chromium, service.Address);
        await visit.GoAsync("/?search=visual");
        await visit.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the content", await visit.Page.EvaluateAsync<string>("() => document.activeElement.textContent"));
        await visit.ShootAsync("skip-link", whole: false);
        await visit.Page.Keyboard.PressAsync("Enter");
        for (var i = 0; i < 12 && await visit.Page.EvaluateAsync<string>("() => document.activeElement.textContent") != "l2-visual-intuition"; i++)
            await visit.Page.Keyboard.PressAsync("Tab");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator("h1")).ToHaveTextAsync("l2-visual-intuition");

        // Every tab stop is seen: it has an outline, or is a control that draws its own.
        for (var i = 0; i < 40; i++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            Assert.NotEqual("none", await visit.Page.EvaluateAsync<string>("() => getComputedStyle(document.activeElement).outlineStyle"));
        }

        Assert.Empty(visit.Mishaps);
    }

    [BrowserFact]
    public async Task Hostile_names_run_nothing()
    {
        await using var visit = await Visit.StartAsync(chromium, service.Address);
        foreach (var address in (string[])["/", $"/sweeps/{service.Hostile}", $"/sweeps/{service.Hostile}/trials", $"/trials/{await service.TrialAsync(service.Hostile, 1)}", $"/compare?sweep={service.Hostile}&sweep={service.L2}"])
        {
            await visit.GoAsync(address);
            await visit.WakeFiguresAsync();
            foreach (var target in await visit.Page.Locator("figure svg, h1, td").AllAsync())
                await target.DispatchEventAsync("mouseover");
        }

        Assert.Empty(visit.Mishaps);
    }

    [BrowserFact]
    public async Task A_sweep_is_launched_and_cancelled_in_the_browser()
    {
        await using var visit = await Visit.StartAsync(chromium, service.Address);
        await visit.GoAsync("/launch");
        await visit.Page.FillAsync("textarea", "name: x\ntraining: {epocs: 3}\n");
        await visit.Page.ClickAsync("button:text-is('Launch')");
        await Expect(visit.Page.Locator("[role=alert]")).ToContainTextAsync("did you mean");
        await visit.ShootAsync("launch-mistake");
        await visit.Page.FillAsync("textarea", ServiceFixture.Yaml("by-browser", "training.batch: [32, 64]"));
        await visit.Page.ClickAsync("button:text-is('Launch')");
        await Expect(visit.Page.Locator("h1")).ToHaveTextAsync("by-browser");
        await visit.Page.ClickAsync("summary:has-text('Cancel this sweep')");
        await visit.Page.ClickAsync("button:text-is('Cancel it')");
        await Expect(visit.Page.Locator(".kicker .state")).ToHaveTextAsync("Cancelled");
        visit.Mishaps.RemoveAll(mishap => mishap.Contains("422", StringComparison.Ordinal));
        Assert.Empty(visit.Mishaps);
    }

    [BrowserFact]
    public async Task A_person_signs_in_and_out()
    {
        await using var guarded = await service.StartAsync(new Reports.Service.ServiceOptions { Tokens = ServiceFixture.Tokens });
        await using var visit = await Visit.StartAsync(chromium, guarded.Addresses[0]);
        await visit.GoAsync($"/sweeps/{service.L2}");
        await Expect(visit.Page.Locator("h1")).ToHaveTextAsync("Sign in");
        await visit.Page.FillAsync("input[name=token]", "wrong");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator("[role=alert]")).ToContainTextAsync("not a token");
        await visit.ShootAsync("sign-in-wrong");
        await visit.Page.FillAsync("input[name=token]", ServiceFixture.ReadToken);
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator("h1")).ToHaveTextAsync("l2-visual-intuition");
        await visit.WakeFiguresAsync();
        await visit.Page.ClickAsync("button:text-is('Sign out')");
        await Expect(visit.Page.Locator("h1")).ToHaveTextAsync("Sign in");
        visit.Mishaps.RemoveAll(mishap => mishap.Contains("401", StringComparison.Ordinal));
        Assert.Empty(visit.Mishaps);
    }

    private static async Task<byte[]> BytesAsync(Visit visit, string click, string name)
    {
        var saved = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.ClickAsync(click));
        Assert.Equal(name, saved.SuggestedFilename);
        return await File.ReadAllBytesAsync(await saved.PathAsync());
    }
}
