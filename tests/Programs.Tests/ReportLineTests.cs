using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SweepCluster.Programs.Reporting;

namespace SweepCluster.Programs.Tests;

public class ReportLineTests
{
    [Fact]
    public void An_epoch_has_its_losses_and_whatever_else_is_named()
    {
        var epoch = Assert.IsType<Report.Epoch>(Assert.Single(Read("""{"epoch": 3, "training": 0.12, "validation": 1.5e-1, "accuracy": 0.9, "test": 0.2}""")));
        Assert.Equal((3, 0.12, 0.15), (epoch.Number, epoch.Training, epoch.Validation));
        Assert.Equal(new Dictionary<string, double> { ["accuracy"] = 0.9, ["test"] = 0.2 }, epoch.Metrics);
        Assert.Empty(epoch.Notes);
    }

    [Fact]
    public void One_line_may_say_several_things_in_the_order_in_which_they_count() => Assert.Equal(
        [typeof(Report.Epoch), typeof(Report.Snapshot), typeof(Report.Fit), typeof(Report.Checkpoint)],
        Read("""{"checkpoint": true, "fit": "fit.csv", "snapshot": "theta.npy", "epoch": 1, "training": 1, "validation": 1}""").Select(r => r.GetType()));

    [Theory]
    [InlineData("")]
    [InlineData("epoch 3: 0.12")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[1, 2]")]
    [InlineData("""{"level": "info", "message": "epoch"}""")]
    [InlineData("""{'epoch': 3}""")]
    public void What_is_no_report_is_for_the_log(string line) => Assert.Empty(Read(line));

    [Theory]
    [InlineData("""{"epoch": 3, "training": 0.1""", "a line begins like a report and is not JSON")]
    [InlineData("""{"snapshot": "\ud800.npy"}""", "a line begins like a report and is not JSON")]
    [InlineData("""{"epoch": 3, "training": 1, "validation": 1, "\ud800": 1}""", "a line begins like a report and is not JSON")]
    [InlineData("""{"epoch": "three", "training": 1, "validation": 1}""", "\"epoch\": expected a whole number from 1 to 1,000,000, found \"three\"")]
    [InlineData("""{"epoch": 0, "training": 1, "validation": 1}""", "\"epoch\": expected a whole number from 1 to 1,000,000, found 0")]
    [InlineData("""{"epoch": 1e999, "training": 1, "validation": 1}""", "\"epoch\": expected a whole number from 1 to 1,000,000, found 1e999")]
    [InlineData("""{"epoch": NaN, "training": 1, "validation": 1}""", "\"epoch\": expected a whole number from 1 to 1,000,000, found \"NaN\"")]
    [InlineData("""{"epoch": 1e9, "training": 1, "validation": 1}""", "\"epoch\": expected a whole number from 1 to 1,000,000, found 1e9")]
    [InlineData("""{"epoch": 1.5, "training": 1, "validation": 1}""", "\"epoch\": expected a whole number from 1 to 1,000,000, found 1.5")]
    [InlineData("""{"epoch": 1, "validation": 1}""", "epoch 1: expected a number \"training\" beside it, found none")]
    [InlineData("""{"epoch": 1, "training": 1, "validation": "low"}""", "epoch 1: expected a number \"validation\" beside it, found \"low\"")]
    [InlineData("""{"snapshot": 7}""", "\"snapshot\": expected the name of a file, like \"theta.npy\", found 7")]
    [InlineData("""{"fit": "a\u0000b"}""", "\"fit\": expected the name of a file, like \"fit.csv\"")]
    [InlineData("""{"checkpoint": "yes"}""", "\"checkpoint\": expected true, found \"yes\"")]
    public void A_report_that_is_none_says_what_was_expected(string line, string reason) =>
        Assert.StartsWith(reason, Assert.IsType<Report.Wrong>(Assert.Single(Read(line))).Reason);

    [Theory]
    [InlineData("NaN")]
    [InlineData("nan")]
    [InlineData("-nan")]
    [InlineData("Infinity")]
    [InlineData("-inf")]
    public void Numbers_that_JSON_has_no_word_for_are_understood_and_refused(string spelling)
    {
        var epoch = Assert.IsType<Report.Epoch>(Assert.Single(Read($$"""{"epoch": 2, "note \" NaN": 1, "training": {{spelling}}, "validation": 0.1}""")));
        Assert.False(double.IsFinite(epoch.Training));
        Assert.Contains("training loss became", new ReportOrder(1, 0).Problem(epoch));
    }

    [Fact]
    public void A_metric_that_cannot_be_kept_is_noted_and_harms_nothing()
    {
        var epoch = Assert.IsType<Report.Epoch>(Assert.Single(Read("""{"epoch": 1, "training": 1, "validation": 1, "auc": NaN, "note": "x", "a b": 1, "f1": 0.5}""")));
        Assert.Equal(["f1"], epoch.Metrics.Keys);
        Assert.Equal(
            ["epoch 1: metric 'auc' is NaN and is not kept", "epoch 1: metric 'note' is not a number: \"x\"", "epoch 1: a metric's name has up to 60 letters, digits and _ . / -, found a b"],
            epoch.Notes.Values);
        Assert.Equal(["auc", "note", "a b"], epoch.Notes.Keys);
    }

    [Fact]
    public void Only_so_many_metrics_are_kept()
    {
        var epoch = (Report.Epoch)Read($$"""{"epoch": 1, "training": 1, "validation": 1, {{string.Join(", ", Enumerable.Range(0, 70).Select(i => $"\"m{i}\": {i}"))}}}""")[0];
        Assert.Equal(ReportLine.MostMetrics, epoch.Metrics.Count);
        Assert.Equal(["epoch 1: at most 64 metrics are kept, found 70"], epoch.Notes.Values);
    }

    [Theory]
    [InlineData("""{"epoch": 2.0, "training": 1, "validation": 1}""")]
    [InlineData("""{"epoch": 2e0, "training": 1, "validation": 1}""")]
    [InlineData("\uFEFF{\"epoch\": 2, \"training\": 1, \"validation\": 1}")]
    public void An_epoch_may_be_spelled_as_other_languages_do(string line) => Assert.Equal(2, Assert.IsType<Report.Epoch>(Assert.Single(Read(line))).Number);

    [Fact]
    public void A_report_that_is_too_long_to_be_read_is_not_passed_over()
    {
        Assert.StartsWith("a report has at most 65,536 bytes, found more: {\"epoch\": 1,", Assert.IsType<Report.Wrong>(Assert.Single(ReportLine.ReadCut("""{"epoch": 1, "m0": 0,"""u8))).Reason);
        Assert.Empty(ReportLine.ReadCut("""{"level": "info", "message": """u8));
    }

    [Theory]
    [InlineData(3, 4, null)]
    [InlineData(3, 9, null)]
    [InlineData(3, 3, "epoch 3 was reported twice; each epoch once, in ascending order")]
    [InlineData(3, 2, "epoch 2 was reported after epoch 3; each epoch once, in ascending order")]
    public void Epochs_come_once_and_in_order(int last, int next, string? problem) =>
        Assert.Equal(problem, new ReportOrder(last, 0).Problem(Epoch(next)));

    [Fact]
    public void A_program_that_ignores_its_checkpoint_begins_again()
    {
        Assert.True(new ReportOrder(null, 10).BeginsAgain(Epoch(1)));
        Assert.False(new ReportOrder(null, 10).BeginsAgain(Epoch(11)));
        Assert.False(new ReportOrder(null, 0).BeginsAgain(Epoch(1)));
    }

    [Fact]
    public void No_bytes_break_the_reader() =>
        Prop.ForAll<byte[]>(bytes => ReportLine.Read([(byte)'{', .. bytes]) is not null).QuickCheckThrowOnFailure();

    [Fact]
    public void No_cut_of_a_report_breaks_the_reader() => Prop.ForAll<int, byte>((at, replacement) =>
    {
        var line = Encoding.UTF8.GetBytes("""{"epoch": 3, "training": NaN, "validation": 0.15, "acc": -Infinity, "snapshot": "a\"b.npy"}""");
        line[Math.Abs((long)at) % line.Length] = replacement;
        return ReportLine.Read(line) is not null;
    }).QuickCheckThrowOnFailure();

    private static Report.Epoch Epoch(int number) => new(number, 1, 1, new Dictionary<string, double>(), new Dictionary<string, string>());

    private static IReadOnlyList<Report> Read(string line) => ReportLine.Read(Encoding.UTF8.GetBytes(line));
}
