namespace SweepCluster.Contracts.Tests;

public sealed class MutatedFilesTests
{
    private static readonly string[] Pieces =
        ["{", "}", "[", "]", ":", ": ", "- ", "\n", "  ", "\t", "'", "\"", "&a", "*a", "!t", "|", ">", "#", "%", "?", "---", "...", "\\x", "1e999", "-0", ".nan", "\u0085", "\uFEFF", "<<", "~", "null", "9999999999999999999", "grid", "regularization.l2", "linspace"];

    private static string Cut(string text, Random random)
    {
        var start = random.Next(text.Length + 1);
        return text.Substring(start, Math.Min(random.Next(40), text.Length - start));
    }

    /// <summary>Deterministic: a file that fails names its seed and is the same tomorrow.</summary>
    [Fact]
    public void Ten_thousand_damaged_files_give_a_specification_or_problems_and_never_an_exception()
    {
        var examples = Directory.GetFiles(Folders.Examples, "*.yaml").Concat(Directory.GetFiles(Folders.BadFiles, "*.yaml"))
            .Order().Where(path => new FileInfo(path).Length < 10_000).Select(File.ReadAllText).ToList();
        for (var seed = 1; seed <= 10_000; seed++)
        {
            var random = new Random(seed);
            var text = examples[random.Next(examples.Count)];
            for (var damage = random.Next(1, 6); damage > 0; damage--)
            {
                var at = random.Next(text.Length + 1);
                text = random.Next(3) switch
                {
                    0 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                    1 => text.Remove(at, Math.Min(random.Next(20), text.Length - at)),
                    _ => text.Insert(at, Cut(examples[random.Next(examples.Count)], random)),
                };
            }

            SweepFileReading? reading = null;
            var exception = Record.Exception(() => reading = SweepFile.Parse(text));

            Assert.True(exception is null, $"seed {seed}: {exception}");
            Assert.True(reading!.Specification is null == reading.Problems.Count > 0, $"seed {seed}");
            Assert.All(reading.Problems, problem => Assert.DoesNotContain('\n', problem.ToString()));
        }
    }
}
