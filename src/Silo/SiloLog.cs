using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace SweepCluster.Silo;

/// <summary>Serilog behind Microsoft.Extensions.Logging: to standard error, to a file that rolls by day, or both.</summary>
public static class SiloLog
{
    private const string Line = "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <param name="console">From which level to standard error; null for nothing.</param>
    /// <param name="file">Path of the file; null for none.</param>
    public static ILoggerFactory Create(LogLevel? console, string? file = null)
    {
        var configuration = new LoggerConfiguration().MinimumLevel.Debug();
        if (console is { } level) configuration.WriteTo.Console(Of(level), Line, standardErrorFromLevel: LogEventLevel.Verbose);
        if (file is not null) configuration.WriteTo.File(file, outputTemplate: Line, rollingInterval: RollingInterval.Day, retainedFileCountLimit: 14, shared: true);
        return new SerilogLoggerFactory(configuration.CreateLogger(), dispose: true);
    }

    private static LogEventLevel Of(LogLevel level) => level switch
    {
        LogLevel.Trace => LogEventLevel.Verbose,
        LogLevel.Debug => LogEventLevel.Debug,
        LogLevel.Information => LogEventLevel.Information,
        LogLevel.Warning => LogEventLevel.Warning,
        LogLevel.Error => LogEventLevel.Error,
        _ => LogEventLevel.Fatal,
    };
}
