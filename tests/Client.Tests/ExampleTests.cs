using System.Text.RegularExpressions;
using SweepCluster.Client.Tests.Running;

namespace SweepCluster.Client.Tests;

/// <summary>Each example that teaches one feature, run whole in small form: fewer points and epochs, the rest as it stands.</summary>
[Collection(OnePrivateStore.Name)]
public sealed class ExampleTests(PrivateStore store)
{
    /// <summary>Example, epochs, a figure that shows its point, and a question to the store with the answer that proves it.</summary>
    public static TheoryData<string, int, string, string, string> Examples => new()
    {
        {
            "l1-sparsity", 8, "sparsity-regularization-l1",
            "SELECT bool_and(zeros > 100) FROM (SELECT count(*) FILTER (WHERE w = 0) AS zeros FROM trials t JOIN snapshots s ON s.trial = t.id AND s.epoch = 8, unnest(s.parameters) w "
                + "WHERE t.sweep = 'SWEEP' AND configuration->>'regularization.l1_step' = 'scaled' AND (configuration->>'regularization.l1')::float8 >= 1e-3 GROUP BY t.id) z", "true"
        },
        { "elastic-net", 3, "sparsity-regularization-l1", "SELECT count(*) FROM trials WHERE sweep = 'SWEEP' AND state = 'Completed'", "16" },
        {
            "l2-spellings", 3, "training-losses-regularization-l2",
            "SELECT string_agg(DISTINCT c.n::text, ',') FROM (SELECT count(DISTINCT theta_sha256) AS n FROM trials WHERE sweep = 'SWEEP' "
                + "AND configuration->>'regularization.l2_form' IN ('coupled', 'half_square') GROUP BY configuration->>'regularization.l2') c", "1"
        },
        { "keep-prob", 3, "predictions", "SELECT count(DISTINCT theta_sha256) FROM trials WHERE sweep = 'SWEEP'", "7" },
        {
            "mc-dropout", 3, "monte-carlo-dropout",
            "SELECT bool_and(spread > 0 AND mean IS NOT NULL) FROM fits JOIN trials t ON t.id = fits.trial WHERE t.sweep = 'SWEEP'", "true"
        },
        {
            "early-stopping", 60, "training-losses-regularization-l2",
            "SELECT bool_and((stopped_by = 'patience') = (epochs < 60) AND theta_epoch <= epochs) FROM trials WHERE sweep = 'SWEEP' AND configuration->>'stopping.patience' = '5'", "true"
        },
        { "augmentation", 3, "learning-curve-data-fraction", "SELECT count(DISTINCT theta_sha256) FROM trials WHERE sweep = 'SWEEP'", "45" },
        {
            "as-published", 3, "paired-differences",
            "SELECT count(*) || ' trials, ' || count(DISTINCT theta_sha256) || ' θ' FROM trials WHERE sweep = 'SWEEP' AND state = 'Completed'", "\"40 trials, 20 θ\"" // evaluation moves no θ
        },
        {
            "decay-on-the-bias", 40, "heat-map",
            "SELECT avg(validation_loss) FILTER (WHERE configuration->>'regularization.applies_to' = 'all') > 1.3 * avg(validation_loss) FILTER (WHERE configuration->>'regularization.applies_to' = 'weights') "
                + "FROM trials WHERE sweep = 'SWEEP' AND (configuration->>'regularization.l2')::float8 = 1", "true"
        },
        { "lambda-by-p", 1, "heat-map", "SELECT count(DISTINCT configuration) * count(DISTINCT replicate) FROM trials WHERE sweep = 'SWEEP' AND state = 'Completed'", "800" },
        { "iris", 60, "confusion", "SELECT count(*) || ' ' || bool_and(test_loss < 0.5) FROM trials WHERE sweep = 'SWEEP' AND tested_at IS NOT NULL", "3 true" },
        { "three-way-split", 5, "data", "SELECT count(*) || ' ' || count(DISTINCT ordinal) FROM trials WHERE sweep = 'SWEEP' AND test_loss > 0", "2 1" },
        {
            "random-search", 3, "parallel-coordinates",
            "SELECT bool_and((configuration->'training.momentum' IS NOT NULL) = (configuration->>'training.optimizer' = 'sgd')) FROM trials WHERE sweep = 'SWEEP' AND state = 'Completed'", "true"
        },
        {
            "sobol-search", 3, "heat-map",
            "SELECT count(DISTINCT floor((configuration->>'regularization.dropout.p')::float8 * 64)) FROM trials WHERE sweep = 'SWEEP' AND state = 'Completed'", "32"
        },
        { "optimizers", 3, "training-losses-training-optimizer", "SELECT count(*) > 1 FROM trials WHERE sweep = 'SWEEP' AND state = 'Completed'", "true" },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task An_example_runs_and_shows_its_point(string name, int epochs, string figure, string question, string answer)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "SweepCluster.sln"))) root = Path.GetDirectoryName(root)!;
        var yaml = await File.ReadAllTextAsync(Path.Combine(root, "examples", name + ".yaml"));
        yaml = Regex.Replace(yaml, @"\bpoints: \d+", "points: 1200");
        yaml = Regex.Replace(yaml, @"\bepochs: \d+", $"epochs: {epochs}");
        var file = store.Write(name, yaml);
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(file)!, "data"));
        File.Copy(Path.Combine(root, "examples", "data", "iris.csv"), Path.Combine(Path.GetDirectoryName(file)!, "data", "iris.csv"), overwrite: true);

        var run = await store.RunAsync("run", file, "--out", name + "-report");

        Assert.True(run.Code == 0, run.Error);
        var id = Regex.Match(run.Error, $@"^sweep: {name} is (?<id>\w{{8}}): ", RegexOptions.Multiline).Groups["id"].Value;
        var figures = Directory.GetFiles(Path.Combine(store.Folder, name + "-report", "figures"), "*.svg").Select(Path.GetFileNameWithoutExtension);
        Assert.Contains(figure, figures);
        Assert.Equal(answer, await store.QueryAsync(question.Replace("SWEEP", id)));
    }

    [Fact]
    public async Task Show_gives_each_configuration_with_its_interval_over_replicates()
    {
        var file = store.Write("replicated", "replicates: 3\ndata: {points: 200, a: 1.2, b: 0.8, c: 0.02}\nmodel: {stem: none, hidden: [8]}\ntraining: {epochs: 5, batch: 32}\ngrid: {regularization.l2: [0, 10]}\n");
        Assert.Equal(0, (await store.RunAsync("run", file)).Code);

        var show = await store.RunAsync("show", "replicated");

        Assert.Matches(@"(?m)^regularization\.l2  replicates  mean validation loss  deviation +95 % interval +to the best, paired$", show.Output);
        Assert.Matches(@"(?m)^ +0 +3 +0\.\d+ +0\.\d+ +-?\d\.\d+ to \d\.\d+ +best$", show.Output);
        Assert.Matches(@"(?m)^ +10 +3 +0\.\d+ +0\.\d+ +-?\d\.\d+ to \d\.\d+ +-?\d\.\d+ to \d\.\d+$", show.Output);
    }

    [Fact]
    public async Task Show_says_which_rule_stopped_a_trial_and_when()
    {
        var file = store.Write("patient", "data: {points: 200, a: 1.2, b: 0.8, c: 0.02}\nmodel: {stem: none, hidden: [8]}\ntraining: {epochs: 50, batch: 32}\nstopping: {patience: 2, min_change: 1, restore_best: on}\n");
        var run = await store.RunAsync("run", file);
        Assert.Contains("1 of 1 trial completed in ", run.Error);
        Assert.Contains(", 1 of them stopped by a rule", run.Error);

        var show = await store.RunAsync("show", "patient");

        Assert.Matches(@"(?m)^\S.* stopped: early stopping at epoch 3: no validation loss below \S+ \(epoch 1\) in 2 epochs; ended with the parameters of epoch 1$", show.Output);
        Assert.Equal(0, (await store.RunAsync("verify", "patient")).Code);
    }
}
