using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace SweepCluster.Silo;

/// <summary>How a long-lived process writes its log.</summary>
/// <param name="AsJson">One line of JSON an event, for collectors; otherwise for people.</param>
/// <param name="File">A file beside standard error, a new one each day; null for none.</param>
/// <param name="FileBytes">And a new one when it has grown to this.</param>
public sealed record LogStyle(bool AsJson = false, string? File = null, long FileBytes = 100_000_000);

/// <summary>Serilog behind Microsoft.Extensions.Logging: to standard error, and to a file that rolls by day and by size.</summary>
public static class SiloLog
{
    public const int FilesKept = 14;

    private const string Line = "{Timestamp:HH:mm:ss} {Level:u3} {Message:l}{NewLine}{Exception}";
    private const string DatedLine = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {Level:u3} {Message:l}{NewLine}{Exception}";

    /// <summary>A full disk or a file that may not be written stops the file and nothing else: standard error goes on.</summary>
    public static ILoggerFactory Create(LogStyle style)
    {
        ArgumentNullException.ThrowIfNull(style);
        var configuration = new LoggerConfiguration()
            // Where a silo is gone Orleans writes pages about calls that nothing depends on; our engine says what a person must know.
            .MinimumLevel.Override("Orleans", LogEventLevel.Fatal)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .WriteTo.Console(Formatter(style, Line), standardErrorFromLevel: LogEventLevel.Verbose);
        if (style.File is { } file)
        {
            configuration.WriteTo.File(
                Formatter(style, DatedLine), file, rollingInterval: RollingInterval.Day, fileSizeLimitBytes: style.FileBytes, rollOnFileSizeLimit: true, retainedFileCountLimit: FilesKept);
        }
        return new SerilogLoggerFactory(configuration.CreateLogger(), dispose: true);
    }

    private static ITextFormatter Formatter(LogStyle style, string template) =>
        style.AsJson ? new JsonLine() : new MessageTemplateTextFormatter(template, System.Globalization.CultureInfo.InvariantCulture);
}
