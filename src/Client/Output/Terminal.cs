using System.Text;

namespace SweepCluster.Client;

/// <summary>What the two streams are connected to.</summary>
internal static class Terminal
{
    private const int NarrowestUseful = 20;

    public static bool IsOutput => !Console.IsOutputRedirected;

    /// <summary>Whether lines may be drawn again in place on the error stream.</summary>
    public static bool CanDraw => !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb";

    public static bool HasColour => CanDraw && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    public static int Width
    {
        get
        {
            try
            {
                return Math.Max(NarrowestUseful, Console.WindowWidth);
            }
            catch (Exception e) when (e is IOException or PlatformNotSupportedException)
            {
                return 80;
            }
        }
    }

    /// <summary>Standard output for bulk: buffered, UTF-8, without a byte order mark. Dispose it to flush.</summary>
    public static StreamWriter OpenOutput() => new(Console.OpenStandardOutput(), new UTF8Encoding(false), bufferSize: 1 << 16);
}
