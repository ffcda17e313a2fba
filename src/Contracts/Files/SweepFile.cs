using System.Text;
using SweepCluster.Contracts.Files;
using SweepCluster.Contracts.Keys;

namespace SweepCluster.Contracts;

/// <summary>Reads sweep files. A file either gives a specification or says everything that is wrong with it.</summary>
public static class SweepFile
{
    /// <summary>No grid that a person writes comes near it; linspace and range write the long ones.</summary>
    public const int MaxBytes = 1024 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static SweepFileReading Read(string path)
    {
        if (path.Length == 0)
            return Failed("the file's name is empty; name a sweep file", "''");
        if (Directory.Exists(path))
            return Failed("a sweep file was expected, found a directory; name a file in it", path);
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
                return Failed($"no such file{Near(path)}", path);
            if (file.Length > MaxBytes)
                return Failed($"a sweep file has at most {MaxBytes:N0} bytes, found {file.Length:N0}; linspace, logspace and range write long grids", path);
            using var stream = file.OpenRead();
            return Read(stream, path, Path.GetDirectoryName(Path.GetFullPath(path)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return Failed($"cannot be read: {e.Message}", path);
        }
    }

    /// <summary>Reads text that did not come from a file.</summary>
    /// <param name="name">What errors call it.</param>
    public static SweepFileReading Parse(string yaml, string name = "sweep.yaml")
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(yaml));
        return Read(stream, name, Path.GetFullPath("."));
    }

    /// <summary>Reads text that came from another machine: it may make this one open no file.</summary>
    public static SweepFileReading ParseForeign(string yaml, string name)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(yaml));
        return Read(stream, name, folder: null);
    }

    private static SweepFileReading Read(Stream stream, string path, string? folder)
    {
        // One byte more than allowed: a device or a pipe does not say how long it is.
        var bytes = new byte[MaxBytes + 1];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length > MaxBytes)
            return Failed($"a sweep file has at most {MaxBytes:N0} bytes, found more", path);
        var content = TextBytes.WithoutMark(bytes.AsMemory(0, length)).Span;
        if (TextBytes.Wrong(content, path) is { } wrong)
            return new SweepFileReading(null, [wrong]);

        var problems = new ProblemList(path);
        var root = new YamlTree(problems).Read(Utf8.GetString(content));
        var specification = root switch
        {
            MapNode map => new SpecificationReader(problems, folder).Read(map, NameText.From(Path.GetFileNameWithoutExtension(path))),
            _ when problems.Any => null,
            null or ScalarNode { IsNothing: true } => Refuse(default, "the file is empty; `sweep schema` describes what it may say"),
            _ => Refuse(root.At, $"a sweep file must be a mapping of keys (name, seed, data, model, ...), found {root.Found}"),
        };
        return new SweepFileReading(specification, problems.ToList());

        Specification? Refuse(Mark at, string text)
        {
            problems.Add(at, text);
            return null;
        }
    }

    private static SweepFileReading Failed(string text, string path) => new(null, [new Problem(text, path)]);

    private static string Near(string path)
    {
        var folder = Path.GetDirectoryName(path) is { Length: > 0 } named ? named : ".";
        var examples = new[] { folder, "examples" }.Distinct().Where(Directory.Exists)
            .SelectMany(place => Directory.EnumerateFiles(place, "*.y*ml").Take(1000))
            .Select(file => file.StartsWith("./", StringComparison.Ordinal) ? file[2..] : file)
            .DistinctBy(Path.GetFileName)
            .ToDictionary(file => Path.GetFileName(file));
        return NearestWord.Of(Path.GetFileName(path), examples.Keys) is { } near ? $"; did you mean {examples[near]}?" : "";
    }
}

/// <param name="Specification">Null when there are problems.</param>
public sealed record SweepFileReading(Specification? Specification, IReadOnlyList<Problem> Problems);
