using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Rows;

namespace SweepCluster.Reports.Tests.Figures;

public sealed class GridTests
{
    [Fact]
    public void Values_that_span_decades_stand_at_their_logarithms()
    {
        var axis = Axis("regularization.l2", "1", "1e-5", "0.001");
        Assert.Equal(AxisKind.Logarithmic, axis.Kind);
        Assert.Equal(["1e-5", "1e-3", "1"], axis.Values.Select(value => value.Label));
        Assert.Equal([-5, -3, 0], axis.Values.Select(value => Math.Round(value.At, 12)));
    }

    [Fact]
    public void Zero_stands_left_of_the_least_logarithm()
    {
        var axis = Axis("regularization.l2", "0", "1e-4", "1");
        Assert.Equal([-5, -4, 0], axis.Values.Select(value => Math.Round(value.At, 12)));
    }

    [Fact]
    public void Even_values_stand_at_themselves_and_are_rounded_in_words()
    {
        var axis = Axis("regularization.dropout.p", "0", "0.1111111111111111", "0.2222222222222222", "1");
        Assert.Equal(AxisKind.Linear, axis.Kind);
        Assert.Equal(["0", "0.111", "0.222", "1"], axis.Values.Select(value => value.Label));
        Assert.Equal("0.1111111111111111", axis.Values[1].Text);
    }

    [Fact]
    public void Values_that_rounding_would_make_equal_keep_all_digits() =>
        Assert.Equal(["0.11111111", "0.11111112"], Axis("a", "0.11111111", "0.11111112").Values.Select(value => value.Label));

    [Fact]
    public void Words_and_lists_keep_the_order_of_the_grid()
    {
        var axis = Axis("training.optimizer", "\"sgd\"", "\"adam\"", "[64,64]");
        Assert.Equal(AxisKind.Ranked, axis.Kind);
        Assert.Equal(["sgd", "adam", "[64,64]"], axis.Values.Select(value => value.Label));
        Assert.Equal([0, 0.5, 1], axis.Values.Select(value => value.Place));
    }

    [Fact]
    public void A_key_with_one_value_is_no_axis()
    {
        var grid = Grid.Of(TrialColumns.Of([SyntheticSweep.Trial(1, """{"a":1,"b":2}"""), SyntheticSweep.Trial(2, """{"a":1,"b":3}""")]));
        Assert.Equal(["a", "b"], grid.Keys);
        Assert.Equal("b", Assert.Single(grid.Axes).Key);
    }

    [Fact]
    public void The_best_configuration_has_the_least_mean_over_its_finished_replicates()
    {
        TrialRow[] trials =
        [
            SyntheticSweep.Trial(1, """{"a":1}""", 0.01),
            SyntheticSweep.Trial(2, """{"a":1}""", 0.09, replicate: 1),
            SyntheticSweep.Trial(3, """{"a":2}""", 0.04),
            SyntheticSweep.Trial(4, """{"a":2}""", 0.02, replicate: 1),
            SyntheticSweep.Trial(5, """{"a":3}""", 0.001, "Failed"),
            SyntheticSweep.Trial(6, """{"a":4}""", double.NaN),
        ];
        var best = Selection.Best(new SweepTable(TrialColumns.Of(trials)))!;
        Assert.Equal((2, 0.03, 2), (best.Row, Math.Round(best.ValidationLoss, 9), best.Replicates));
        Assert.Null(Selection.Best(new SweepTable(TrialColumns.Of(trials[4..]))));
    }

    [Fact]
    public void A_slice_goes_through_the_best_configuration_and_says_what_it_holds()
    {
        var trials = new List<TrialRow>();
        foreach (var replicate in new[] { 0, 1 })
        {
            foreach (var l2 in new[] { "0.1", "1" })
            {
                foreach (var p in new[] { "0", "0.5" })
                    trials.Add(SyntheticSweep.Trial(trials.Count + 1, $$"""{"regularization.l2":{{l2}},"regularization.dropout.p":{{p}}}""", 1.0 / (trials.Count + 1), replicate: replicate));
            }
        }

        var table = new SweepTable(TrialColumns.Of(trials));
        var best = Selection.Best(table)!;
        var slice = Selection.Along(table, 0, best.Row);
        Assert.Equal([1, 3], slice);
        Assert.Equal("p = 0.5 held, as in the best configuration, one replicate of 2 drawn", Selection.Held(table, 0, best.Row, slice.Count));
    }

    [Fact]
    public void A_long_axis_is_thinned_evenly_and_says_so()
    {
        var trials = Enumerable.Range(1, 100).Select(i => SyntheticSweep.Trial(i, $$"""{"a":{{i}}}""")).ToArray();
        var table = new SweepTable(TrialColumns.Of(trials));
        var slice = Selection.Along(table, 0, 0);
        Assert.Equal(24, slice.Count);
        Assert.Equal((0, 99), (slice[0], slice[^1]));
        Assert.Equal("24 of 100 values drawn", Selection.Held(table, 0, 0, slice.Count));
    }

    private static GridAxis Axis(string key, params string[] values) =>
        Grid.Of(TrialColumns.Of(values.Select((value, i) => SyntheticSweep.Trial(i + 1, $$"""{"{{key}}":{{value}}}""")))).Axes.Single();
}
