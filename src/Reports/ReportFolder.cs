using System.Text;

namespace SweepCluster.Reports;

/// <summary>
/// A folder that appears whole or not at all: it is written beside its place under a name of its own and moved there at the end.
/// </summary>
internal sealed class ReportFolder : IDisposable
{
    // Lists the files of a report: a folder that holds these and no others is ours to replace.
    private const string Marker = ".sweep-report";

    private readonly string _target;
    private readonly string _draft;
    private readonly List<string> _files = [];

    private ReportFolder(string target, string draft)
    {
        _target = target;
        _draft = draft;
    }

    public IReadOnlyList<string> Files => _files;

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
        var path = Path.Combine(_draft, file.Replace('/', Path.DirectorySeparatorChar));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var writer = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        await write(writer);
        _files.Add(file);
    }

    /// <summary>Moves the finished folder to its place and says where that is.</summary>
    public string Commit()
    {
        // Looked at again: minutes may have passed.
        Check(_target);
        File.WriteAllLines(Path.Combine(_draft, Marker), _files);
        if (!Directory.Exists(_target))
        {
            Directory.Move(_draft, _target);
            return _target;
        }

        var earlier = _draft + ".earlier";
        Directory.Move(_target, earlier);
        try
        {
            Directory.Move(_draft, _target);
        }
        catch
        {
            Directory.Move(earlier, _target);
            throw;
        }

        Directory.Delete(earlier, recursive: true);
        return _target;
    }

    /// <summary>Removes what was not committed.</summary>
    public void Dispose()
    {
        if (Directory.Exists(_draft))
            Directory.Delete(_draft, recursive: true);
    }

    internal static void Check(string target)
    {
        if (Path.GetDirectoryName(target) is null || (Directory.GetCurrentDirectory() + Path.DirectorySeparatorChar).StartsWith(target + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new ReportException($"report folder '{target}': expected a folder of its own, found the current folder or one above it; name a folder inside it");
        if (File.Exists(target))
            throw new ReportException($"report folder '{target}': expected a folder, found a file; name another place");
        if (Directory.Exists(target) && Foreign(target) is { } file)
            throw new ReportException($"report folder '{target}': holds '{file}', which is not from a report, and replacing the folder would delete it; name an empty or a new folder");
    }

    /// <summary>Any file in the folder that an earlier report did not write.</summary>
    private static string? Foreign(string target)
    {
        var marker = Path.Combine(target, Marker);
        var ours = new HashSet<string>(File.Exists(marker) ? File.ReadLines(marker) : []) { Marker };
        return Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(target, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(file => !ours.Contains(file))
            .Order(StringComparer.Ordinal)
            .FirstOrDefault();
    }
}
