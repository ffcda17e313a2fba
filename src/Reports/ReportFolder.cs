using System.Text;

namespace SweepCluster.Reports;

/// <summary>
/// A folder that appears whole or not at all: it is written beside its place under a name of its own and moved there at the end.
/// </summary>
internal sealed class ReportFolder : IDisposable
{
    // Its presence says that the folder is ours to replace.
    private const string Marker = ".sweep-report";

    private readonly string target;
    private readonly string draft;
    private readonly List<string> files = [];

    private ReportFolder(string target, string draft)
    {
        this.target = target;
        this.draft = draft;
    }

    public IReadOnlyList<string> Files => files;

    /// <exception cref="ReportException">The place is taken by something that is not a report.</exception>
    public static ReportFolder Begin(string directory)
    {
        var place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        Check(place);
        var parent = Path.GetDirectoryName(place)!;
        var beside = Path.Combine(parent, $".{Path.GetFileName(place)}.{Path.GetRandomFileName()}");
        try
        {
            Directory.CreateDirectory(beside);
            File.WriteAllText(Path.Combine(beside, Marker), "A report written by sweep report, which may replace this folder.\n");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ReportException($"report folder '{place}': cannot write in '{parent}' ({error.Message})");
        }

        return new ReportFolder(place, beside);
    }

    public Task WriteAsync(string file, string content, CancellationToken ct) => WriteAsync(file, writer => writer.WriteAsync(content), ct);

    /// <param name="file">Relative path with forward slashes.</param>
    public async Task WriteAsync(string file, Func<TextWriter, Task> write, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var path = Path.Combine(draft, file.Replace('/', Path.DirectorySeparatorChar));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var writer = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        await write(writer);
        files.Add(file);
    }

    /// <summary>Moves the finished folder to its place and says where that is.</summary>
    public string Commit()
    {
        // Looked at again: minutes may have passed.
        Check(target);
        if (!Directory.Exists(target))
        {
            Directory.Move(draft, target);
            return target;
        }

        var earlier = draft + ".earlier";
        Directory.Move(target, earlier);
        try
        {
            Directory.Move(draft, target);
        }
        catch
        {
            Directory.Move(earlier, target);
            throw;
        }

        Directory.Delete(earlier, recursive: true);
        return target;
    }

    /// <summary>Removes what was not committed.</summary>
    public void Dispose()
    {
        if (Directory.Exists(draft))
            Directory.Delete(draft, recursive: true);
    }

    private static void Check(string target)
    {
        if (Path.GetDirectoryName(target) is null || (Directory.GetCurrentDirectory() + Path.DirectorySeparatorChar).StartsWith(target + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new ReportException($"report folder '{target}': expected a folder of its own, found the current folder or one above it; name a folder inside it");
        if (File.Exists(target))
            throw new ReportException($"report folder '{target}': expected a folder, found a file; name another place");
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any() && !File.Exists(Path.Combine(target, Marker)))
            throw new ReportException($"report folder '{target}': holds files that are not a report of ours; name an empty or a new folder");
    }
}
