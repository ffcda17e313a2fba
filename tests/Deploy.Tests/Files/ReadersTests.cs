using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace SweepCluster.Deploy.Tests.Files;

/// <summary>Files of deploy/ before the programs that will read them: Compose and Prometheus.</summary>
public sealed class ReadersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sweep-readers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [ToolFact("docker-compose")]
    public void Compose_reads_its_file()
    {
        var file = Path.Combine(_folder, "compose.yaml");
        var text = Checkout.Read("deploy/compose.yaml");
        // The first Compose knows all of it but the project's name; every later one knows that too.
        if (Shell.Run("docker-compose", "version", "--short").StartsWith("1.", StringComparison.Ordinal)) text = Regex.Replace(text, "^name: .*\n", "", RegexOptions.Multiline);
        File.WriteAllText(file, text);
        var (code, said) = Shell.Try("docker-compose", "-f", file, "config");
        Assert.True(code == 0, said);
        foreach (var service in new[] { "postgres", "migrate", "silo-1", "silo-2", "reports" }) Assert.Contains($"\n  {service}:\n", said);
    }

    [ToolFact("promtool")]
    public void Prometheus_reads_its_configuration_and_each_alert_comes_when_it_should()
    {
        foreach (var arguments in new[] { "check config prometheus.yaml", "check rules alerts.yaml", "test rules alerts.test.yaml" })
        {
            var (code, said) = Shell.Try("sh", "-c", $"cd '{Checkout.Root}/deploy/observability' && promtool {arguments}");
            Assert.True(code == 0, said);
        }
    }

    [ToolFact("promtool")]
    public void Prometheus_reads_what_a_process_tells()
    {
        using var scrape = new Client.Telemetry.Scrape(Client.Telemetry.Otlp.Resource("sweep-silo", "1"));
        Grains.Telemetry.Measures.Begin();
        Grains.Telemetry.Measures.FlushSeconds.Record(0.004);
        var file = Path.Combine(_folder, "metrics");
        File.WriteAllText(file, scrape.Text());
        Assert.Equal((0, ""), Shell.Try("sh", "-c", $"promtool check metrics <'{file}'"));
    }

    [Fact]
    public void Each_alert_is_tried_both_ways()
    {
        var alerts = ((YamlSequenceNode)Yaml.Read("deploy/observability/alerts.yaml")[0].At("groups")!).Children.SelectMany(g => (YamlSequenceNode)g.At("rules")!).Select(r => $"{r.At("alert")}");
        var tries = ((YamlSequenceNode)Yaml.Read("deploy/observability/alerts.test.yaml")[0].At("tests")!).Children.SelectMany(t => (YamlSequenceNode)t.At("alert_rule_test")!)
            .Select(t => (Alert: $"{t.At("alertname")}", Comes: ((YamlSequenceNode)t.At("exp_alerts")!).Children.Count > 0)).ToList();
        Assert.All(alerts, alert => Assert.Contains((alert, true), tries));
        // The last rule's test has series that must not alert beside the one that must.
        Assert.All(alerts.Where(a => a != "SweepStoreGrows"), alert => Assert.Contains((alert, false), tries));
    }
}
