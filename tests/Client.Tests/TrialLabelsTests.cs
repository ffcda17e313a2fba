using SweepCluster.Contracts;

namespace SweepCluster.Client.Tests;

public sealed class TrialLabelsTests
{
    private static IEnumerable<string> Labels(string yaml)
    {
        var specification = SweepFile.Parse(yaml).Specification!;
        var labels = new TrialLabels(specification);
        return Enumerable.Range(0, (int)specification.ConfigurationCount).Select(i => labels.Of(specification.ConfigurationAt(i), 0));
    }

    [Fact]
    public void Values_are_rounded_as_far_as_they_stay_different()
    {
        Assert.Equal(["regularization.l2=0", "regularization.l2=0.3333", "regularization.l2=0.6667", "regularization.l2=1"], Labels("grid: {regularization.l2: {linspace: [0, 1, 4]}}"));
        Assert.Equal(["regularization.l2=1.00001", "regularization.l2=1.00002"], Labels("grid: {regularization.l2: [1.00001, 1.00002]}"));
    }

    [Fact]
    public void Several_keys_and_replicates_are_all_named() =>
        Assert.Equal(["model.hidden=[8, 4] data.a=draw replicate=0"], Labels("{replicates: 2, grid: {model.hidden: [[8, 4]], data.a: [draw]}}"));

    [Fact]
    public void A_sweep_without_a_grid_is_called_by_its_name() => Assert.Equal(["alone"], Labels("name: alone"));

    [Fact]
    public void A_label_stored_with_other_digits_is_still_found()
    {
        var specification = SweepFile.Parse("grid: {regularization.l2: [1e-5]}").Specification!;

        Assert.Equal("regularization.l2=1e-5", new TrialLabels(specification).Of(Configuration.FromJson("""{"regularization.l2":0.00001}"""), 0));
    }
}
