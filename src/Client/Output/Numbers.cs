using System.Globalization;

namespace SweepCluster.Client;

/// <summary>Numbers as a person reads them in a table or a progress line.</summary>
internal static class Numbers
{
    /// <summary>Four significant digits; - where there is none yet.</summary>
    public static string Loss(double? loss)
    {
        if (loss is not { } number)
            return "-";
        var text = number.ToString("G4", CultureInfo.InvariantCulture);
        var exponent = text.IndexOf('E', StringComparison.Ordinal);
        return exponent < 0 ? text : $"{text[..exponent]}e{int.Parse(text[(exponent + 1)..], CultureInfo.InvariantCulture)}";
    }

    public static string Seconds(double? seconds) => seconds is { } number ? number.ToString("F1", CultureInfo.InvariantCulture) : "-";

    /// <summary>850 ms, 9.4 s, 43 s, 2 min 05 s, 3 h 20 min, 2 d 04 h.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => $"{Math.Max(0, time.TotalMilliseconds):F0} ms",
        { TotalSeconds: < 9.95 } => $"{time.TotalSeconds:F1} s",
        { TotalSeconds: < 59.5 } => $"{time.TotalSeconds:F0} s",
        { TotalMinutes: < 60 } => $"{(int)time.TotalMinutes} min {time.Seconds:00} s",
        { TotalHours: < 24 } => $"{(int)time.TotalHours} h {time.Minutes:00} min",
        _ => $"{(int)time.TotalDays} d {time.Hours:00} h",
    };

    /// <summary>512 B, 54 kB, 1.2 MB, 40 GB; powers of ten.</summary>
    public static string Bytes(double bytes) => bytes switch
    {
        < 1e3 => $"{bytes:F0} B",
        < 1e6 => $"{Three(bytes / 1e3)} kB",
        < 1e9 => $"{Three(bytes / 1e6)} MB",
        < 1e12 => $"{Three(bytes / 1e9)} GB",
        _ => $"{Three(bytes / 1e12)} TB",
    };

    /// <summary>From seconds of one core.</summary>
    public static string CoreHours(double seconds) =>
        seconds < 360 ? $"{seconds.ToString(seconds < 10 ? "F2" : "F0", CultureInfo.InvariantCulture)} core-seconds" : $"{Three(seconds / 3600)} core-hours";

    public static string Milliseconds(double seconds) =>
        seconds < 1 ? $"{(seconds * 1000).ToString("G3", CultureInfo.InvariantCulture)} ms" : $"{Three(seconds)} s";

    private static string Three(double number) => number.ToString(number < 9.95 ? "F1" : "F0", CultureInfo.InvariantCulture);

    public static string Count(long count, string noun) => $"{count:N0} {noun}{(count == 1 ? "" : "s")}";
}
