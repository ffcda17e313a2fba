using System.Text.RegularExpressions;

namespace SweepCluster.Deploy.Tests.LaterVersions;

/// <summary>
/// The release after this one and the one after that, built from the sources of this checkout with what a release adds: a migration, its line
/// among the known ones, the floor, a key of the sweep file. Nothing outside the projects Contracts and Store changes, so these two are
/// built, and the other assemblies are those of this build, as a whole build would give them again.
/// </summary>
public sealed partial class LaterProgram : IDisposable
{
    private static readonly string[] Rules = ["Directory.Build.props", "Directory.Packages.props", "global.json", "BannedSymbols.txt", ".editorconfig"];
    private static readonly string[] Changing = ["Contracts", "Store"];

    private readonly string _folder = Directory.CreateTempSubdirectory("sweep-later-versions-").FullName;

    public LaterProgram()
    {
        try
        {
            (Next, AfterNext) = Build();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>sweep.dll of the next release.</summary>
    public string Next { get; }

    /// <summary>sweep.dll of the release after that, which the next one may work beside, and this one may not.</summary>
    public string AfterNext { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (string Next, string AfterNext) Build()
    {
        foreach (var rule in Rules) File.Copy(Path.Combine(Checkout.Root, rule), Path.Combine(_folder, rule));
        foreach (var project in Changing) CopyTree(Path.Combine(Checkout.Root, "src", project), Path.Combine(_folder, "src", project));
        Edit("src/Contracts/Keys/SweepFileKeys.cs", ProgramKeys(), """new("snapshots.note", new AnyText("a note"), "none", "What the next release knows.", Sweepable: false) { IsLater = true },$&""");
        return (Build("next", "9998_Next"), Build("after-next", "9999_AfterNext"));
    }

    private string Build(string name, string migration)
    {
        foreach (var source in (string[])[$"M{migration}.cs", $"{migration}.sql"])
            File.Copy(Path.Combine(Checkout.Root, "tests/Deploy.Tests/LaterVersions/Sources", source), Path.Combine(_folder, "src/Store/Migrations", source));
        var last = Edit("src/Store/Migrations/Schema.cs", LastKnown(), $"${{last}}, M{migration}.Id]").Groups["last"].Value;
        Edit("src/Store/Migrations/Schema.cs", Floor(), $"Floor = {last}");

        // Every package is there since this build, each by the hash that is committed: nothing is asked of a registry.
        var (code, said) = Shell.Try("dotnet", "build", Path.Combine(_folder, "src/Store"), "-c", "Release", "-v", "quiet", "--nologo", "--disable-build-servers",
            "-p:RestoreLockedMode=true", "-p:NuGetAudit=false", "-p:RunAnalyzers=false", "-p:GenerateDocumentationFile=false", "-o", Path.Combine(_folder, name));
        Assert.True(code == 0, said);
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory).Where(file => Path.GetExtension(file) is ".dll" or ".json"))
        {
            var copy = Path.Combine(_folder, name, Path.GetFileName(file));
            if (!File.Exists(copy)) File.Copy(file, copy);
        }
        return Path.Combine(_folder, name, "sweep.dll");
    }

    private Match Edit(string file, Regex place, string with)
    {
        var path = Path.Combine(_folder, file);
        var text = File.ReadAllText(path);
        var found = Assert.Single(place.Matches(text));
        File.WriteAllText(path, place.Replace(text, with));
        return found;
    }

    private static void CopyTree(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    [GeneratedRegex(@"\.\. ProgramKeys\.All,")]
    private static partial Regex ProgramKeys();

    [GeneratedRegex(@"(?<last>\bM\d{4}_\w+\.Id)\]")]
    private static partial Regex LastKnown();

    [GeneratedRegex(@"\bFloor = M\d{4}_\w+\.Id")]
    private static partial Regex Floor();
}
