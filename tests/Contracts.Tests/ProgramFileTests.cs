using System.Text.Json;

namespace SweepCluster.Contracts.Tests;

public sealed class ProgramFileTests
{
    private const string Yaml =
        """
        name: program
        trainer:
          command: [python3, train.py, --lr, "{training.learning_rate}", "{{x}}", "{hyperparameters.kernel}={hyperparameters.depth}", 7, true]
          environment: {DEVICE: cpu, SEED: "{seed}"}
          timeout: 1.5h
          cores: 2
          memory: 2GiB
        hyperparameters: {depth: 3, kernel: "1e3"}
        objective: {metric: accuracy, direction: maximize}
        training: {epochs: 5, batch: 100000}
        grid:
          training.learning_rate: [1e-3, 0.1]
          hyperparameters.depth: [2, 4]
          hyperparameters.kernel: [rbf, "a b"]
        """;

    [Fact]
    public void A_program_is_resolved_with_all_it_is_told()
    {
        var specification = Read(Yaml);
        var program = specification.Resolve(specification.ConfigurationAt(7), 0).Program!;
        Assert.Equal(["python3", "train.py", "--lr", "{training.learning_rate}", "{{x}}", "{hyperparameters.kernel}={hyperparameters.depth}", "7", "true"], program.Command);
        Assert.Equal((TimeSpan.FromHours(1.5), 2, 2L * 1024 * 1024 * 1024), (program.Timeout, program.Cores, program.Memory));
        Assert.Equal("cpu", program.Environment["DEVICE"]);
        Assert.Equal(("accuracy", true, 2), (specification.Objective.Metric, specification.Objective.Maximize, specification.Cores));
        using var settings = JsonDocument.Parse(program.SettingsJson());
        Assert.Equal((0.1, 4, "a b", 5), (
            settings.RootElement.GetProperty("training.learning_rate").GetDouble(), settings.RootElement.GetProperty("hyperparameters.depth").GetInt32(),
            settings.RootElement.GetProperty("hyperparameters.kernel").GetString(), settings.RootElement.GetProperty("training.epochs").GetInt32()));
        Assert.False(settings.RootElement.TryGetProperty("trainer.command", out _));
    }

    [Fact]
    public void Its_own_hyperparameters_are_searched_from_ranges_and_choices()
    {
        var specification = Read(
            """
            trainer: {command: [train, "{hyperparameters.lr}", "{hyperparameters.warm}"]}
            hyperparameters: {warm: 0}
            search:
              configurations: 40
              space:
                hyperparameters.lr: {log_uniform: [1e-4, 1]}
                hyperparameters.share: {uniform: [0, 1]}
                hyperparameters.depth: {integer: [2, 5]}
                hyperparameters.kind: [rbf, 7]
                hyperparameters.warm: {integer: [1, 3], when: {hyperparameters.kind: rbf}}
                hyperparameters.cold: {integer: [1, 3], when: {hyperparameters.kind: 7}}
            """);
        Assert.Equal(specification, Specification.FromJson(specification.ToJson()));
        Assert.False(specification.HasTestPart);
        var drawn = Enumerable.Range(0, 40).Select(i => specification.ConfigurationAt(i)).ToList();
        Assert.Equal(["2", "3", "4", "5"], specification.ValuesOf("hyperparameters.depth").Select(value => value.ToString()).Order());
        Assert.All(drawn, c => Assert.InRange(c["hyperparameters.lr"]!.AsNumber!.Value, 1e-4, 1));
        Assert.All(drawn, c => Assert.Equal(c["hyperparameters.kind"] is Value.Word, c["hyperparameters.warm"] is not null));
        Assert.All(specification.ValuesOf("hyperparameters.cold"), value => Assert.InRange(value.AsNumber!.Value, 1, 3));
        var without = drawn.First(c => c["hyperparameters.cold"] is null);
        Assert.DoesNotContain("hyperparameters.cold", specification.Resolve(without, 0).Program!.SettingsJson());
        Assert.Equal(without["hyperparameters.lr"], Read(SpecificationYaml.Write(specification, without)).Value("hyperparameters.lr"));
    }

    [Fact]
    public void What_is_stored_reads_back_the_same()
    {
        var specification = Read(Yaml);
        Assert.Equal(specification, Specification.FromJson(specification.ToJson()));
        var configuration = specification.ConfigurationAt(3);
        Assert.Equal(configuration, Configuration.FromJson(configuration.ToJson()));
        var best = Read(SpecificationYaml.Write(specification, configuration));
        Assert.Equal(specification.Value("hyperparameters.kernel", configuration), best.Value("hyperparameters.kernel"));
        Assert.Equal(specification.Value("trainer.command"), best.Value("trainer.command"));
    }

    [Fact]
    public void A_file_without_a_program_says_nothing_of_one() =>
        Assert.DoesNotContain("trainer\":{", Read("name: plain").ToJson());

    [Fact]
    public void A_program_runs_where_its_file_stands()
    {
        var folder = Directory.CreateTempSubdirectory("sweep-file-").FullName;
        try
        {
            var path = Path.Combine(folder, "a.yaml");
            File.WriteAllText(path, "trainer: {command: [./train, x], directory: sub}");
            Assert.Equal(Path.Combine(folder, "sub"), SweepFile.Read(path).Specification!.Value("trainer.directory").ToString());
            File.WriteAllText(path, "trainer: {command: [./train, x]}");
            Assert.Equal(folder, SweepFile.Read(path).Specification!.Value("trainer.directory").ToString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("a {seed} b", "a 42 b")]
    [InlineData("{seed}{seed}", "4242")]
    [InlineData("{{seed}}", "{seed}")]
    [InlineData("{\"a\": 1} {} { seed } {1}", "{\"a\": 1} {} { seed } {1}")]
    [InlineData("${seed}", "$42")]
    public void Placeholders_are_filled_once(string template, string filled) =>
        Assert.Equal(filled, Placeholders.Fill(template, name => name == "seed" ? "42" : null));

    [Fact]
    public void What_is_filled_in_is_not_looked_at_again() => Assert.Equal("{seed}", Placeholders.Fill("{name}", _ => "{seed}"));

    private static Specification Read(string yaml)
    {
        var reading = SweepFile.Parse(yaml);
        Assert.Empty(reading.Problems);
        return reading.Specification!;
    }
}
