using Microsoft.Playwright;

namespace SweepCluster.Service.Tests.Browsing;

/// <summary>One Chromium for all tests: the machine's own, which ./test brings where it is missing.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static readonly string? Program = Environment.GetEnvironmentVariable("SWEEP_CHROMIUM") is { Length: > 0 } named ? named : Places.FirstOrDefault(File.Exists);

    private IPlaywright? _playwright;

    /// <summary>Why no page can be tested here; null when it can.</summary>
    public static string? Missing { get; } = Program is null ? "Chromium is not on this machine (Debian: apt-get install chromium)" : null;

    internal IBrowser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (Missing is not null)
            return;
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Program,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async Task DisposeAsync()
    {
        if (_playwright is null)
            return;
        await Browser.CloseAsync();
        _playwright.Dispose();
    }
}

/// <summary>A page in a browser, with an ear for everything that goes wrong in it.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    private Visit(IBrowserContext context, IPage page) => (_context, Page) = (context, page);

    public IPage Page { get; }

    /// <summary>Errors of the console, uncaught exceptions, refused content, dialogs.</summary>
    public List<string> Mishaps { get; } = [];

    public static async Task<Visit> StartAsync(
        Chromium chromium, string address, ColorScheme scheme = ColorScheme.Light, int width = 1100, int height = 850, bool script = true)
    {
        var context = await chromium.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address,
            ColorScheme = scheme,
            JavaScriptEnabled = script,
            AcceptDownloads = true,
            ViewportSize = new ViewportSize { Width = width, Height = height },
        });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        var visit = new Visit(context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                visit.Mishaps.Add($"{page.Url}: {message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => visit.Mishaps.Add($"{page.Url}: {error}");
        page.Dialog += async (_, dialog) =>
        {
            visit.Mishaps.Add($"{page.Url}: dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        return visit;
    }

    public async Task GoAsync(string address) => await Page.GotoAsync(address, new PageGotoOptions { WaitUntil = WaitUntilState.Load });

    /// <summary>Scrolls through the page until each of its figures answers.</summary>
    public async Task WakeFiguresAsync()
    {
        foreach (var figure in await Page.Locator("figure[data-figure]").AllAsync())
        {
            await figure.ScrollIntoViewIfNeededAsync();
            await figure.Locator("svg.sweep-figure").WaitForAsync();
        }
    }

    /// <summary>For a person to look at, where SWEEP_SCREENSHOTS names a folder.</summary>
    public async Task ShootAsync(string name, bool whole = true)
    {
        if (Environment.GetEnvironmentVariable("SWEEP_SCREENSHOTS") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = whole });
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
