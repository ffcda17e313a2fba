using Microsoft.Win32.SafeHandles;
using SweepCluster.Programs.Owning;

namespace SweepCluster.Programs.Arrays;

/// <summary>A file that a program named: it may be missing, a pipe that nobody writes to, a device, or endless.</summary>
public static class BoundedFile
{
    /// <exception cref="InvalidDataException">It cannot be read, is no file, or has more bytes than allowed.</exception>
    public static byte[] Read(string path, long mostBytes)
    {
        var descriptor = Posix.OpenForReading(path);
        if (descriptor < 0) throw new InvalidDataException(File.Exists(path) || Directory.Exists(path) ? "it may not be read" : "no such file");
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            var length = RandomAccess.GetLength(handle);
            if (length > mostBytes) throw new InvalidDataException($"at most {mostBytes:N0} bytes are taken, found {length:N0}");
            var bytes = new byte[length];
            var read = 0;
            while (read < length && RandomAccess.Read(handle, bytes.AsSpan(read), read) is > 0 and var more) read += more;
            return bytes.AsSpan(0, read).ToArray();
        }
        catch (Exception e) when (e is IOException or NotSupportedException or UnauthorizedAccessException)
        {
            throw new InvalidDataException("it is no plain file", e);
        }
    }
}
