using System.Text.RegularExpressions;

namespace SweepCluster.Deploy.Tests.Files;

/// <summary>
/// The first stage of the Dockerfile, built by hand: its instructions one after the other in a folder that holds nothing but what they
/// copy, out of nothing but what .dockerignore lets through.
/// </summary>
internal static class Image
{
    private static readonly Lazy<string> Built = new(Build);

    /// <summary>The program that its images hold.</summary>
    public static string Program => Built.Value;

    public static IReadOnlyList<string> Context { get; } = [.. Checkout.Files.Where(IsSent)];

    private static string Build()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Checkout.Root, "artifacts", "image")).FullName;
        var published = Path.Combine(Checkout.Root, "artifacts", "published");
        // What was built is kept for the next time, what was copied is not.
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder).Where(e => Path.GetFileName(e) != "artifacts")) Shell.Run("rm", "-rf", entry);
        foreach (var (word, text) in Dockerfile.Instructions.Skip(1).TakeWhile(i => i.Word != "FROM"))
        {
            if (word == "COPY") Copy(text.Split(' '), folder);
            if (word != "RUN") continue;
            var (code, said) = Shell.Try("bash", "-c", $"cd '{folder}' && RID=linux-x64 && {text.Replace("/published", $"'{published}'", StringComparison.Ordinal)}");
            Assert.True(code == 0, $"RUN {text}: {said}");
        }
        return Path.Combine(published, "sweep");
    }

    private static void Copy(string[] words, string folder)
    {
        var target = Path.Combine(folder, words[^1]);
        foreach (var source in words[..^1])
        {
            var files = Context.Where(f => f == source || f.StartsWith($"{source}/", StringComparison.Ordinal)).ToList();
            Assert.True(files.Count > 0, $"COPY {source}: .dockerignore keeps it out");
            foreach (var file in files)
            {
                // A file goes into the folder, a folder's files keep their places below it. Times stay, or all would be built again.
                var to = Path.GetFullPath(Path.Combine(target, file == source ? Path.GetFileName(file) : Path.GetRelativePath(source, file)));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(Path.Combine(Checkout.Root, file), to, overwrite: true);
            }
        }
    }

    // .dockerignore keeps everything out (*), lets some in (!), and the last line that fits decides.
    private static bool IsSent(string file)
    {
        var sent = true;
        foreach (var line in Checkout.Read(".dockerignore").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var pattern = Regex.Escape(line.TrimStart('!')).Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal);
            if (Regex.IsMatch(file, $"^{pattern}(/|$)")) sent = line[0] == '!';
        }
        return sent;
    }
}
