using System.Text;

namespace SweepCluster.Client;

/// <summary>Writes a file beside its place and moves it there when it is whole: nobody ever sees half of it.</summary>
internal static class AtomicFile
{
    public static async Task WriteAsync(string path, Func<TextWriter, Task> write)
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full))
            throw new UserMistake($"{path} is a directory; name a file");
        if (Path.GetDirectoryName(full) is not { } folder || !Directory.Exists(folder))
            throw new UserMistake($"{Path.GetDirectoryName(path)} is no directory; create it, or name another file");
        var temporary = Path.Combine(folder, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}");
        try
        {
            await using (var writer = new StreamWriter(temporary, append: false, new UTF8Encoding(false), bufferSize: 1 << 16))
                await write(writer);
            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
