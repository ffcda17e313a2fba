using System.CommandLine;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SweepCluster.Client.Telemetry;
using SweepCluster.Reports.Access;
using SweepCluster.Reports.Service;
using SweepCluster.Reports.Telemetry;
using SweepCluster.Silo;

namespace SweepCluster.Client.Commands;

/// <summary>sweep reports: the store's sweeps, trials and figures as web pages and an HTTP API, until interrupted.</summary>
internal static partial class ReportsCommand
{
    private const string Variable = "SWEEP_TOKEN";

    public static Command Create()
    {
        var urls = new Option<string[]>("--urls") { Description = $"Where to listen, several separated by ; [default: {ServiceOptions.DefaultUrl}]", HelpName = "URLS" };
        var file = new Option<string?>("--token-file") { Description = $"File with tokens, one a line: read:SECRET, or launch:SECRET to launch and cancel too; {Variable} holds them as well", HelpName = "FILE" };
        var hosts = new Option<string[]>("--host") { Description = "Name by which requests may call this service, beside this machine's own: behind a proxy, the public one. May be repeated", HelpName = "NAME" };
        var certificate = new Option<string?>("--certificate") { Description = "Certificate for https addresses, and below it those of its authorities (PEM)", HelpName = "FILE" };
        var key = new Option<string?>("--key") { Description = "Its private key (PEM)", HelpName = "FILE" };
        var log = new LogOptions();
        var store = StoreSession.Option();
        var command = new ExampledCommand(
            "reports", "Serve the store's sweeps as web pages and an HTTP API, until interrupted",
            "sweep reports", $"{Variable}=launch:$(openssl rand -hex 24) sweep reports --urls http://*:5050 --store postgresql://sweep@db/sweeps")
        { urls, file, hosts, certificate, key, log.Format, log.File, store };
        command.SetAction((parsed, cancel) =>
        {
            var style = log.Of(parsed);
            var own = ServiceCertificate.Read(parsed.GetValue(certificate), parsed.GetValue(key));
            var loggers = new Lazy<ILoggerFactory>(() => SiloLog.Create(style));
            var options = new ServiceOptions
            {
                Addresses = Addresses(parsed.GetValue(urls)),
                Tokens = [.. FileTokens(parsed.GetValue(file)), .. Tokens(Environment.GetEnvironmentVariable(Variable) ?? "", Variable)],
                Hosts = parsed.GetValue(hosts) ?? [],
                Certificate = own?.Certificate,
                CertificateChain = own?.Chain ?? [],
                Log = line => Say(style, loggers, line),
            };
            if (options.Problems().FirstOrDefault() is { } problem)
                throw new UserMistake(problem);
            if (own?.Problem(TimeProvider.System.GetLocalNow().DateTime) is { } refused)
                options.Log(refused);
            return StoreSession.UseAsync(parsed.GetValue(store), session => RunAsync(session, options, cancel), cancel);
        });
        return command;
    }

    // On a terminal the service speaks like every command; where a collector listens, in its format.
    private static void Say(LogStyle style, Lazy<ILoggerFactory> loggers, string line)
    {
        if (style == new LogStyle()) Console.Error.WriteLine($"sweep: {line}");
        else LogLine(loggers.Value.CreateLogger("reports"), line);
    }

    [LoggerMessage(60, LogLevel.Information, "{Line}")]
    private static partial void LogLine(ILogger log, string line);

    private static async Task<int> RunAsync(StoreSession session, ServiceOptions options, CancellationToken stop)
    {
        var (reader, isReader) = await ReadingRole.OpenAsync(session.Reader, stop);
        await using var source = reader;
        if (!isReader)
            options.Log($"the store has no role {ReadingRole.Name} that this login may take: reads are kept from writing by read-only transactions alone (docs/service.md)");
        if (options.Tokens.Any(token => !token.IsStrong))
            options.Log($"a token of fewer than {AccessToken.Strong} characters can be guessed; `openssl rand -hex 24` makes a good one");
        if (options.Addresses.Any(address => !address.IsLocal && !address.IsSecure))
            options.Log("tokens travel unencrypted over http: use an https address with --certificate and --key, or a proxy that encrypts");
        using var measures = new StoreMeasures(source, TimeProvider.System);
        var resource = Otlp.Resource("sweep-reports", Environment.MachineName);
        using var telemetry = Otlp.Start(resource);
        using var scrape = new Scrape(resource);
        await using var service = await StartAsync(session, source, options with { Metrics = scrape.Text }, stop);
        foreach (var address in service.Addresses)
            Console.Out.WriteLine(address);
        options.Log($"reports of {session.Ledger.Address}; {(options.Tokens.Count == 0 ? "open to everybody on this machine" : Numbers.Count(options.Tokens.Count, "token"))}; Ctrl-C ends it");
        await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ExitCode.Done;
    }

    private static async Task<ReportService> StartAsync(StoreSession session, Npgsql.NpgsqlDataSource reader, ServiceOptions options, CancellationToken stop)
    {
        try
        {
            return await ReportService.StartAsync(session.Ledger, reader, options, TimeProvider.System, stop);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new UserMistake($"cannot listen on {string.Join(", ", options.Addresses)}: {e.Message.TrimEnd('.')}; name another address with --urls, or port 0 for any that is free");
        }
    }

    private static IReadOnlyList<ServiceAddress> Addresses(string[]? urls)
    {
        var named = (urls ?? []).SelectMany(text => text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToArray();
        return Said("--urls", () => (IReadOnlyList<ServiceAddress>)[.. (named.Length == 0 ? [ServiceOptions.DefaultUrl] : named).Select(ServiceAddress.Parse)]);
    }

    private static IReadOnlyList<AccessToken> Tokens(string text, string from) => Said(from, () => AccessToken.ParseAll(text));

    private static IReadOnlyList<AccessToken> FileTokens(string? file)
    {
        if (file is null)
            return [];
        if (!File.Exists(file))
            throw new UserMistake($"--token-file: no file {file}");
        SecretFile.Check(file);
        return Tokens(File.ReadAllText(file), "--token-file") is { Count: > 0 } found ? found : throw new UserMistake($"--token-file: {file} holds no token");
    }

    private static T Said<T>(string option, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException e)
        {
            throw new UserMistake($"{option}: {e.Message}");
        }
    }
}
