using System.Text.Json;
using SweepCluster.Reports.Export;
using SweepCluster.Reports.Pages;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Svg;
using SweepCluster.Reports.Tests.Svg;

namespace SweepCluster.Reports.Tests;

public sealed class SweepPageTests
{
    [Fact]
    public void It_opens_with_the_name_and_the_finding()
    {
        var page = Page(SyntheticSweep.OfL2());
        Assert.Contains("<h1><bdi>l2</bdi></h1>", page, StringComparison.Ordinal);
        Assert.Contains("<p>λ = 1e-5 gives the lowest validation loss, 1.00e−3.</p>", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("lowest validation loss", StringComparison.Ordinal) < page.IndexOf("<table>", StringComparison.Ordinal));
    }

    [Fact]
    public void It_needs_no_script_and_loads_nothing()
    {
        var page = Page(SyntheticSweep.OfDropout());
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(http", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("default-src 'none'", page.Replace("&#39;", "'"), StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_are_unique_over_all_its_figures()
    {
        var ids = System.Text.RegularExpressions.Regex.Matches(Page(SyntheticSweep.OfDropout()), " id=\"([^\"]*)\"").Select(match => match.Groups[1].Value).ToArray();
        Assert.True(ids.Length > 20);
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void Dropout_left_on_in_evaluation_is_said() =>
        Assert.Contains(Finding.Of(SyntheticSweep.OfDropout()), sentence => sentence.StartsWith("Dropout was left on in evaluation", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(MarkupTests.HostileNames), MemberType = typeof(MarkupTests))]
    public void Hostile_names_keys_values_and_errors_stay_text(string text)
    {
        var configuration = JsonSerializer.Serialize(new Dictionary<string, string> { ["key" + text] = text });
        var other = JsonSerializer.Serialize(new Dictionary<string, string> { ["key" + text] = text + "2" });
        var ok = SyntheticSweep.Trial(1, configuration);
        var bad = SyntheticSweep.Trial(2, other, null, "Failed", error: text);
        var model = SyntheticSweep.OfPlain().BestResult!;
        var known = new Dictionary<long, SweepCluster.Reports.Figures.TrialResult> { [1] = model with { Trial = ok }, [2] = new(bad, Losses.None, Fit.None, null) };
        var sweep = new SweepRow("abcd1234", text, "Failed", 2, 1, 1, SyntheticSweep.Json(configuration));
        var results = SyntheticSweep.Assemble(sweep, [ok, bad], known);
        var page = Page(results);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\0', page);
        using var summary = JsonDocument.Parse(Summary.Of(results, SweepFigures.Of(results)));
        foreach (var figure in summary.RootElement.GetProperty("figures").EnumerateArray())
            Assert.Matches("^figures/[a-z0-9-]+\\.svg$", figure.GetProperty("file").GetString());
    }

    [Fact]
    public void Without_finished_trials_it_says_what_there_is()
    {
        var trial = SyntheticSweep.Trial(1, "{}", null, "Running");
        var known = new Dictionary<long, SweepCluster.Reports.Figures.TrialResult> { [1] = new(trial, Losses.None, Fit.None, null) };
        var results = SyntheticSweep.Assemble(new SweepRow("a", "a", "Running", 1, 0, 0, SyntheticSweep.Json("{}")), [trial], known);
        var page = Page(results);
        Assert.Contains("No trial has finished with a validation loss yet: 1 Running.", page, StringComparison.Ordinal);
        Assert.Contains("Nothing to draw yet", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_summary_says_infinity_in_words()
    {
        using var summary = JsonDocument.Parse(Summary.Of(SyntheticSweep.OfL2(), []));
        var root = summary.RootElement;
        Assert.Equal(8, root.GetProperty("counts").GetProperty("completed").GetInt32());
        Assert.Equal(1e-5, root.GetProperty("best").GetProperty("configuration").GetProperty("regularization.l2").GetDouble());
        var last = root.GetProperty("trials")[7];
        Assert.Equal("Infinity", last.GetProperty("divergence").GetString());
        Assert.InRange(last.GetProperty("entropy").GetDouble(), 0.5, 3);
        Assert.Equal(64, last.GetProperty("theta_sha256").GetString()!.Length);
    }

    [Fact]
    public async Task The_tables_carry_the_grids_keys_beside_the_views_columns()
    {
        var results = SyntheticSweep.OfL2();
        using var trials = new StringWriter { NewLine = "\n" };
        await TrialTable.WriteAsync(trials, "abcd1234", results.Grid.Keys, [], results.Trials.ToAsyncEnumerable(), default);
        var lines = trials.ToString().Split('\n');
        Assert.Equal(
            "id,sweep,ordinal,replicate,configuration,state,attempts,silo,epochs,training_loss,validation_loss,test_loss,best_validation_loss,"
            + "seconds,theta_sha256,error,started_at,finished_at,stopped_by,theta_epoch,tested_at,metrics,regularization.l2",
            lines[0]);
        Assert.StartsWith("1,abcd1234,0,0,\"{\"\"regularization.l2\"\":1E-05}\",Completed,1,silo,20,", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",1e-5", lines[1], StringComparison.Ordinal);

        using var losses = new StringWriter { NewLine = "\n" };
        await LossTable.WriteAsync(losses, results.Table.Columns, Rows(), default);
        Assert.Equal("trial,epoch,training,validation,replicate,regularization.l2\n2,1,0.5,NaN,0,5e-5\n", losses.ToString());

        static async IAsyncEnumerable<(long, int, double, double)> Rows()
        {
            await Task.CompletedTask;
            yield return (2, 1, 0.5, double.NaN);
        }
    }

    private static string Page(SweepResults results) =>
        SweepPage.Of(results, [.. SweepFigures.Of(results).Select(figure => new DrawnFigure(figure, FigureSvg.Draw(figure)))]);
}
