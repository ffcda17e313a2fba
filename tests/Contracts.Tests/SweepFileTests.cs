using System.Globalization;

namespace SweepCluster.Contracts.Tests;

public sealed class SweepFileTests
{
    private static Specification Read(string yaml)
    {
        var reading = SweepFile.Parse(yaml);
        Assert.Empty(reading.Problems);
        return reading.Specification!;
    }

    private static string Values(string form, string key = "regularization.l2") =>
        string.Join(" ", Read($"grid: {{{key}: {form}}}").Axes[0].Values);

    [Theory]
    [InlineData("[1e-5, 5E-5, 0.0001, .0005, 0.001, 1e-2, .5, 1, +2]", "1e-5 5e-5 1e-4 5e-4 1e-3 0.01 0.5 1 2")]
    [InlineData("{values: [3, 1, 2]}", "3 1 2")]
    [InlineData("['1', \"0.5\"]", "1 0.5")]
    [InlineData("[-0]", "0")]
    [InlineData("{linspace: [0, 1, 11]}", "0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1")]
    [InlineData("{linspace: [0, 1, 4]}", "0 0.3333333333333333 0.6666666666666666 1")]
    [InlineData("{linspace: [1, 0, 3]}", "1 0.5 0")]
    [InlineData("{linspace: [0.1, 0.3, 3]}", "0.1 0.2 0.3")]
    [InlineData("[0.0123, 0.00123, 0.000123, 12345.678, 1e17]", "0.0123 0.00123 1.23e-4 12345.678 1e17")]
    [InlineData("{linspace: [1e-30, 1e30, 2]}", "1e-30 1e30")]
    [InlineData("{logspace: [-5, 0, 6]}", "1e-5 1e-4 1e-3 0.01 0.1 1")]
    [InlineData("{logspace: [-1, 1, 5]}", "0.1 0.31622776601683794 1 3.1622776601683795 10")]
    [InlineData("{range: [0, 1, 0.1]}", "0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1")]
    [InlineData("{range: [0, 1, 0.3]}", "0 0.3 0.6 0.9")]
    [InlineData("{range: [1, 0, -0.5]}", "1 0.5 0")]
    [InlineData("{range: [2, 2, 1]}", "2")]
    public void A_grid_form_makes_the_decimals_one_expects(string form, string values) => Assert.Equal(values, Values(form));

    [Fact]
    public void A_linspace_of_ten_is_correctly_rounded_at_every_step() =>
        Assert.Equal(
            Enumerable.Range(0, 10).Select(i => (i / 9.0).ToString("R", CultureInfo.InvariantCulture)),
            Values("{linspace: [0, 1, 10]}", "regularization.dropout.p").Split(' '));

    [Fact]
    public void Whole_numbers_may_come_from_any_form() =>
        Assert.Equal("16 32 48 64", Values("{range: [16, 64, 16]}", "training.batch"));

    [Fact]
    public void Words_and_lists_can_be_swept()
    {
        var specification = Read("grid: {model.activation: [relu, tanh], model.hidden: [[8], [8, 4]], model.stem: [none, 4], data.a: [draw, 1]}");

        Assert.Equal(16, specification.ConfigurationCount);
        var last = specification.Resolve(specification.ConfigurationAt(15), 0);
        Assert.Equal(("tanh", "8,4", 4, 1.0), (last.Model.Activation, string.Join(',', last.Model.Hidden), last.Model.Stem, last.Data.A));
        var first = specification.Resolve(specification.ConfigurationAt(0), 0);
        Assert.Equal((null, null), (first.Model.Stem, first.Data.A));
    }

    [Fact]
    public void The_last_axis_moves_fastest()
    {
        var specification = Read("grid: {regularization.l2: [0, 1], regularization.dropout.p: [0, 0.5, 1]}");

        Assert.Equal(
            ["0/0", "0/0.5", "0/1", "1/0", "1/0.5", "1/1"],
            Enumerable.Range(0, 6).Select(i => string.Join('/', specification.ConfigurationAt(i).Entries.Select(e => e.Value))));
        Assert.Throws<ArgumentOutOfRangeException>(() => specification.ConfigurationAt(6));
        Assert.Throws<ArgumentOutOfRangeException>(() => specification.ConfigurationAt(-1));
    }

    [Fact]
    public void Without_a_grid_there_is_one_configuration_without_keys()
    {
        var specification = Read("replicates: 3");

        Assert.Equal((1, 3), (specification.ConfigurationCount, specification.TrialCount));
        Assert.Equal("{}", specification.ConfigurationAt(0).ToJson());
    }

    [Fact]
    public void Everything_left_out_is_the_notebook_s()
    {
        var trial = Read("seed: 7").Resolve(new Configuration([]), 0);

        Assert.Equal(("oscillation", 10_000, null, null, null, 0.1, "minmax", 7ul),
            (trial.Data.Kind, trial.Data.Points, trial.Data.A, trial.Data.B, trial.Data.C, trial.Data.Noise, trial.Data.Scale, trial.Data.Seed));
        Assert.Equal(new SplitSpecification(0.7, 0.3, 0), trial.Data.Split);
        Assert.Equal(("notebook", 64, "leaky_relu", 0.03, "linear"),
            (trial.Model.Preset, trial.Model.Stem, trial.Model.Activation, trial.Model.Slope, trial.Model.Output));
        Assert.Equal([64, 64, 64], trial.Model.Hidden);
        Assert.Equal(new TrainingSpecification(50, 64, "adam", 1e-3, 0.9, 0.999, 1e-8), trial.Training);
        Assert.Equal(new RegularizationSpecification(0, 0, new DropoutSpecification(0, "off")), trial.Regularization);
        Assert.Equal((10, 7ul), (trial.Snapshots.Every, trial.Seed));
    }

    [Fact]
    public void Optimizer_schedule_loss_and_clipping_reach_the_trial()
    {
        var specification = Read("""
            training:
              loss: huber
              huber_delta: 0.5
              momentum: 0.9
              nesterov: on
              clip_norm: 2
              schedule: {kind: cosine, floor: 0.1, warmup: 1.5}
            grid: {training.optimizer: [sgd, adamw], training.weight_decay: [0.01]}
            """);

        var trial = specification.Resolve(specification.ConfigurationAt(0), 0).Training;

        Assert.Equal(
            new TrainingSpecification(50, 64, "sgd", 1e-3, 0.9, 0.999, 1e-8)
            {
                Loss = "huber",
                HuberDelta = 0.5,
                Momentum = 0.9,
                Nesterov = true,
                WeightDecay = 0.01,
                ClipNorm = 2,
                Schedule = new ScheduleSpecification("cosine", 10, 0.1, 0.1, 1.5),
            },
            trial);
        Assert.Equal(specification, Specification.FromJson(specification.ToJson()));
    }

    [Fact]
    public void The_file_wins_over_its_preset_and_the_grid_over_the_file()
    {
        var specification = Read("""
            model: {preset: article, slope: 0.1, output: tanh}
            training: {epochs: 5}
            grid: {model.output: [linear], training.epochs: [7]}
            """);

        var trial = specification.Resolve(specification.ConfigurationAt(0), 0);

        Assert.Equal((null, 0.1, "linear", 7), (trial.Model.Stem, trial.Model.Slope, trial.Model.Output, trial.Training.Epochs));
    }

    [Fact]
    public void A_swept_preset_decides_what_the_file_leaves_open()
    {
        var specification = Read("{model: {slope: 0.1}, grid: {model.preset: [notebook, article]}}");

        var models = Enumerable.Range(0, 2).Select(i => specification.Resolve(specification.ConfigurationAt(i), 0).Model).ToList();

        Assert.Equal([(64, 0.1, "linear"), ((int?)null, 0.1, "relu")], models.Select(m => (m.Stem, m.Slope, m.Output)));
        Assert.Equal(specification, Specification.FromJson(specification.ToJson()));
    }

    [Fact]
    public void The_data_stay_the_same_over_the_replicates_and_the_seed_over_the_configurations()
    {
        var specification = Read("{seed: 42, replicates: 3, grid: {regularization.l2: [0, 1]}}");

        var trials = from c in Enumerable.Range(0, 2) from r in Enumerable.Range(0, 3) select specification.Resolve(specification.ConfigurationAt(c), r);

        Assert.All(trials, trial => Assert.Equal(42ul, trial.Data.Seed));
        var seeds = trials.Select(trial => trial.Seed).ToList();
        Assert.Equal(42ul, seeds[0]);
        Assert.Equal(seeds[..3], seeds[3..]);
        Assert.Equal(3, seeds.Distinct().Count());
        // The published outputs of SplitMix64 seeded with 42: stored results stand on them.
        Assert.Equal([42, 13679457532755275413, 2949826092126892291], seeds[..3]);
    }

    [Fact]
    public void The_name_defaults_to_the_file_s() =>
        Assert.Equal("my-first-sweep", SweepFile.Parse("seed: 1", "folder/my first sweep.yaml").Specification!.Name);

    [Fact]
    public void A_byte_order_mark_and_foreign_line_ends_do_not_matter() =>
        Assert.Equal(3ul, Read("\uFEFFname: x\r\nseed: 3\r\n").Seed);

    [Fact]
    public void A_section_whose_keys_are_all_commented_out_is_empty() => Assert.Equal(50, Read("training:\n# epochs: 5\n").Resolve(new Configuration([]), 0).Training.Epochs);

    [Theory]
    [InlineData("training: {epochs: 1e2}", 100)]
    [InlineData("training: {epochs: 100.0}", 100)]
    [InlineData("training: {epochs: '100'}", 100)]
    public void A_whole_number_may_be_written_as_people_write_it(string yaml, int epochs) =>
        Assert.Equal(epochs, Read(yaml).Resolve(new Configuration([]), 0).Training.Epochs);

    [Theory]
    [InlineData(10_000, 0.7, 0.3, 0, 7000, 3000, 0)]
    [InlineData(10, 0.7, 0.2, 0.1, 7, 2, 1)]
    [InlineData(3, 0.34, 0.33, 0.33, 1, 1, 1)]
    [InlineData(2, 0.5, 0.5, 0, 1, 1, 0)]
    public void The_parts_of_a_split_use_every_row_once(int points, double train, double validation, double test, int trainRows, int validationRows, int testRows) =>
        Assert.Equal((trainRows, validationRows, testRows), new SplitSpecification(train, validation, test).Rows(points));
}
