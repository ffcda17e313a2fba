using System.Xml.Linq;

namespace SweepCluster.House.Tests;

public class ArchitectureTests
{
    /// <summary>Who may know whom. A project exists because its dependencies differ; here they are.</summary>
    private static readonly Dictionary<string, string[]> AllowedProjects = new()
    {
        ["Contracts"] = [],
        ["Training"] = [],
        ["Store"] = ["Contracts"],
        ["Grains"] = ["Contracts", "Training", "Store"],
        ["Silo"] = ["Grains"],
        ["Orleans"] = ["Grains"],
        ["TorchSharp"] = ["Training"],
        ["Reports"] = ["Contracts", "Store"],
        ["Client"] = ["Contracts", "Store", "Silo", "Orleans", "TorchSharp", "Reports"],
    };

    private static readonly Dictionary<string, string[]> AllowedPackages = new()
    {
        ["Contracts"] = ["CsvHelper", "YamlDotNet"],
        ["Training"] = [],
    };

    public static TheoryData<string> Projects => [.. AllowedProjects.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_knows_only_whom_it_may(string project)
    {
        var known = References(project, "ProjectReference").Select(Path.GetFileNameWithoutExtension).Order();
        Assert.Equal(AllowedProjects[project].Order(), known);
    }

    [Theory]
    [InlineData("Contracts")]
    [InlineData("Training")]
    public void The_innermost_projects_take_only_their_packages(string project) =>
        Assert.Equal(AllowedPackages[project], References(project, "PackageReference"));

    [Fact]
    public void Every_project_under_src_stands_in_this_table() =>
        Assert.Equal(AllowedProjects.Keys.Order(), Directory.EnumerateDirectories(Path.Combine(Checkout.Root, "src")).Select(Path.GetFileName).Order());

    [Fact]
    public void The_solution_holds_every_project()
    {
        var solution = Checkout.Read("SweepCluster.sln").Replace('\\', '/');
        Assert.All(Checkout.Files.Where(f => f.EndsWith(".csproj") && !f.StartsWith("examples/")), project => Assert.Contains($"\"{project}\"", solution));
    }

    private static IEnumerable<string> References(string project, string kind) =>
        XDocument.Load(Path.Combine(Checkout.Root, "src", project, project + ".csproj")).Descendants(kind).Select(r => r.Attribute("Include")!.Value);
}
