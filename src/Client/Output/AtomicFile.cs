using System.Text;

namespace SweepCluster.Client;

/// <summary>Writes a file beside its place and moves it there when it is whole: nobody ever sees half of it.</summary>
internal static class AtomicFile
{
    /// <summary>Text: UTF-8 without a byte order mark.</summary>
    public static Task WriteAsync(string path, Func<TextWriter, Task> write) => WriteBytesAsync(path, async stream =>
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false), bufferSize: 1 << 16, leaveOpen: true);
        await write(writer);
    });

    public static async Task WriteBytesAsync(string path, Func<Stream, Task> write)
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full))
            throw new UserMistake($"{path} is a directory; name a file");
        if (Path.GetDirectoryName(full) is not { } folder || !Directory.Exists(folder))
            throw new UserMistake($"{Path.GetDirectoryName(path)} is no directory; create it, or name another file");
        var temporary = Path.Combine(folder, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}");
        try
        {
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true))
                await write(stream);
            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
