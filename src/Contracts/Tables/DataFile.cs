using System.Security.Cryptography;

namespace SweepCluster.Contracts;

/// <summary>A file of the user's data as it was when the sweep file was read. Launch keeps it in the store, named by its hash.</summary>
/// <param name="Sha256">Of the bytes, in lower-case hexadecimal: what <c>sha256sum</c> says of the file.</param>
/// <param name="Table">What the sweep trains on.</param>
public sealed record DataFile(string Sha256, ReadOnlyMemory<byte> Content, Table Table)
{
    /// <summary>64 MiB: a store keeps it whole, and every silo reads it whole.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    public static string HashOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Reads all bytes, or says why it cannot.</summary>
    internal static (byte[]? Content, string? Problem) Read(string path)
    {
        try
        {
            if (Directory.Exists(path))
                return (null, "a table was expected, found a directory; name a file in it");
            var file = new FileInfo(path);
            if (!file.Exists)
                return (null, "no such file; the path is relative to the sweep file");
            if (file.Length > MaxBytes)
                return (null, $"a table has at most {MaxBytes:N0} bytes, found {file.Length:N0}; leave out rows or columns");
            using var stream = file.OpenRead();
            // A device or a pipe says 0 and gives more: one byte beyond the limit tells.
            using var content = new MemoryStream(capacity: (int)file.Length);
            var buffer = new byte[64 * 1024];
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                if (content.Length + read > MaxBytes)
                    return (null, $"a table has at most {MaxBytes:N0} bytes, found more");
                content.Write(buffer, 0, read);
            }
            return (content.ToArray(), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return (null, $"cannot be read: {e.Message}");
        }
    }
}
