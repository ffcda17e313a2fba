using YamlDotNet.RepresentationModel;

namespace SweepCluster.Deploy.Tests.Files;

/// <summary>What deploy/ holds is well formed, asks for no more than it needs, and fits together and to the program.</summary>
public sealed class ManifestTests
{
    public static TheoryData<string, string> Files
    {
        get
        {
            var data = new TheoryData<string, string> { { "deploy/compose.yaml", "compose.json" }, { "deploy/observability/alerts.yaml", "alerts.json" } };
            foreach (var file in Checkout.Files.Where(f => f.StartsWith("deploy/kubernetes/") && f.EndsWith(".yaml"))) data.Add(file, "kubernetes.json");
            return data;
        }
    }

    private static IReadOnlyList<YamlMappingNode> Kubernetes { get; } =
        [.. Checkout.Files.Where(f => f.StartsWith("deploy/kubernetes/") && f.EndsWith(".yaml")).SelectMany(Yaml.Read)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_says_what_its_schema_allows_and_nothing_else(string file, string schema) =>
        Assert.All(Yaml.Read(file), document => Assert.Empty(new Shape(schema).Problems(document)));

    [Theory]
    [InlineData("spec: {templat: 1}", "spec.templat: not a key that belongs here")]
    [InlineData("spec: {selector: {}, replicas: none}", "spec.replicas: 'none' is no whole number")]
    [InlineData("apiVersion: v1", "'v1' is none of")]
    public void A_mistake_in_a_manifest_is_found(string yaml, string says) =>
        Assert.Contains(new Shape("kubernetes.json").Problems(Yaml.Parse($"kind: Deployment\n{yaml}")[0]), problem => problem.Contains(says, StringComparison.Ordinal));

    [Fact]
    public void Every_pod_has_the_rights_of_nobody_and_its_secrets_from_files()
    {
        var pods = Kubernetes.Select(d => d.At("spec", "template", "spec")).OfType<YamlNode>().ToList();
        Assert.Equal(3, pods.Count);
        Assert.All(pods, pod =>
        {
            var volumes = ((YamlSequenceNode)pod.At("volumes")!).Children.Select(v => $"{v.At("name")}").ToList();
            foreach (var container in (YamlSequenceNode)pod.At("containers")!)
                Assert.All((YamlSequenceNode)container.At("volumeMounts")!, mount => Assert.Contains($"{mount.At("name")}", volumes));
        });
        Assert.DoesNotContain("postgresql://", string.Join('\n', Checkout.Files.Where(f => f.StartsWith("deploy/kubernetes/")).Select(Checkout.Read)));
    }

    [Fact]
    public void A_silo_has_the_time_to_give_its_trials_back()
    {
        var standard = new Silo.SiloOptions();
        var release = (standard.StopPatience + standard.LeavePatience).TotalSeconds;
        Assert.InRange(release, 0, 5);
        var silo = Kubernetes.Single(d => $"{d.At("kind")}" == "Deployment" && $"{d.At("metadata", "name")}" == "sweep-silo").At("spec", "template", "spec")!;
        var container = ((YamlSequenceNode)silo.At("containers")!).Children[0];
        var grace = double.Parse($"{silo.At("terminationGracePeriodSeconds")}") - double.Parse($"{container.At("lifecycle", "preStop", "sleep", "seconds")}");
        Assert.InRange(grace, 2 * release, 60);
        Assert.InRange(double.Parse($"{Yaml.Read("deploy/compose.yaml")[0].At("services", "silo-1", "stop_grace_period")}".TrimEnd('s')), 2 * release, 60);
        Assert.Matches(@"TimeoutStopSec=10s", Checkout.Read("deploy/systemd/sweep-silo.service"));
    }

    [Fact]
    public void What_scales_budgets_and_reaches_means_pods_that_there_are()
    {
        var pods = Kubernetes.Where(d => $"{d.At("kind")}" is "Deployment" or "Job").Select(d => (YamlMappingNode)d.At("spec", "template", "metadata", "labels")!).ToList();
        var selectors = Kubernetes.Select(d => d.At("spec", "selector", "matchLabels") ?? d.At("spec", "podSelector", "matchLabels")
            ?? ($"{d.At("kind")}" == "Service" ? d.At("spec", "selector") : null)).OfType<YamlMappingNode>().ToList();
        Assert.True(selectors.Count >= 5);
        Assert.All(selectors, selector => Assert.Contains(pods, labels => selector.Children.All(s => labels.Children.TryGetValue(s.Key, out var value) && $"{value}" == $"{s.Value}")));
    }

    [Fact]
    public void Compose_opens_nothing_but_the_web_service_on_this_machine_and_names_every_secret()
    {
        var compose = Yaml.Read("deploy/compose.yaml")[0];
        var services = ((YamlMappingNode)compose.At("services")!).Children.ToDictionary(s => $"{s.Key}", s => s.Value);
        Assert.Equal(["migrate", "postgres", "reports", "silo-1", "silo-2"], services.Keys.Order());
        Assert.Equal(["127.0.0.1:5050:5050"], services.Values.SelectMany(s => s.At("ports").Words()));
        Assert.Equal("true", $"{compose.At("networks", "store", "internal")}");
        foreach (var (name, service) in services.Where(s => s.Key != "postgres"))
        {
            Assert.Equal((name, "true"), (name, $"{service.At("read_only")}"));
            Assert.Equal(["ALL"], service.At("cap_drop").Words());
            Assert.Contains(Dockerfile.Instructions, i => i == ("FROM", $"base AS {service.At("build", "target")}"));
        }
        var defined = ((YamlMappingNode)compose.At("secrets")!).Children.Keys.Select(k => $"{k}").ToHashSet();
        Assert.All(services.Values.SelectMany(s => ((YamlSequenceNode?)s.At("secrets"))?.Children ?? []), secret => Assert.Contains($"{secret.At("source") ?? secret}", defined));
        Assert.All(defined, secret => Assert.Contains(secret, Checkout.Read("deploy/secrets.sh")));
    }

    [Fact]
    public void The_image_restores_before_it_copies_the_sources_and_runs_as_nobody()
    {
        var words = Dockerfile.Instructions.ToList();
        Assert.InRange(words.FindIndex(i => i.Text.StartsWith("dotnet restore", StringComparison.Ordinal)), 0, words.IndexOf(("COPY", "src src")) - 1);
        Assert.Contains(("USER", "10001:10001"), words);
        Assert.DoesNotContain(words, i => i.Word == "ADD" || i.Text.Contains("latest", StringComparison.Ordinal));
        // Each project that the client is made of, and its lock file, or the restore would differ from the build's.
        foreach (var project in Checkout.Files.Where(f => f.StartsWith("src/") && f.EndsWith(".csproj")))
            Assert.Contains(("COPY", $"{project} {Path.GetDirectoryName(project)}/packages.lock.json {Path.GetDirectoryName(project)}/"), words);
        foreach (var copied in words.Where(i => i.Word == "COPY" && !i.Text.StartsWith("--", StringComparison.Ordinal)).SelectMany(i => i.Text.Split(' ')[..^1]))
            Assert.True(Path.Exists(Path.Combine(Checkout.Root, copied)), copied);
    }

    [Fact]
    public void Every_alert_says_what_to_do_in_operations_md()
    {
        var rules = ((YamlSequenceNode)Yaml.Read("deploy/observability/alerts.yaml")[0].At("groups")!).Children.SelectMany(g => (YamlSequenceNode)g.At("rules")!).ToList();
        var page = Checkout.Read("docs/operations.md");
        Assert.True(rules.Count >= 6);
        Assert.All(rules, rule => Assert.Contains($"### {rule.At("alert")}\n", page));
        Assert.All(rules, rule => Assert.EndsWith($"#{rule.At("alert")}".ToLowerInvariant(), $"{rule.At("annotations", "runbook")}"));
    }

    [Fact]
    public void The_dashboard_is_JSON_whose_panels_have_titles_questions_and_places_of_their_own()
    {
        using var dashboard = System.Text.Json.JsonDocument.Parse(Checkout.Read("deploy/observability/dashboard.json"));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        Assert.True(panels.Count >= 10);
        var taken = new HashSet<(int, int)>();
        Assert.All(panels, panel =>
        {
            Assert.NotEmpty(panel.GetProperty("title").GetString()!);
            Assert.NotEmpty(panel.GetProperty("description").GetString()!);
            Assert.All(panel.GetProperty("targets").EnumerateArray(), target => Assert.NotEmpty(target.GetProperty("expr").GetString()!));
            var place = panel.GetProperty("gridPos");
            var (x, y) = (place.GetProperty("x").GetInt32(), place.GetProperty("y").GetInt32());
            Assert.InRange(x + place.GetProperty("w").GetInt32(), 1, 24);
            for (var i = x; i < x + place.GetProperty("w").GetInt32(); i++)
                for (var j = y; j < y + place.GetProperty("h").GetInt32(); j++) Assert.True(taken.Add((i, j)), $"{panel.GetProperty("title")} lies over another");
        });
    }
}
