using System.CommandLine;
using SweepCluster.Reports;
using SweepCluster.Reports.Statistics;

namespace SweepCluster.Client.Commands;

/// <summary>sweep report SWEEP --out DIR: draws everything again, from the store alone.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var sweep = SweepWord.Argument();
        var folder = new Option<string?>("--out") { Description = "Folder to write; an earlier report in it is replaced [default: reports/NAME-ID]", HelpName = "DIR" };
        var bandwidth = new Option<Bandwidth?>("--bandwidth")
        {
            Description = "Smoothness of p(θ): scott, silverman, or the kernel's standard deviation [default: 0.001]",
            HelpName = "WIDTH",
            CustomParser = result =>
            {
                if (Bandwidth.Parse(result.Tokens[^1].Value) is { } width)
                    return width;
                result.AddError($"--bandwidth must be scott, silverman or a number from 1e-6 to 1, found '{result.Tokens[^1].Value}'");
                return null;
            },
        };
        var by = new Option<string?>("--by") { Description = "What figures compare trials by: validation, training or a metric [default: the sweep's objective]", HelpName = "METRIC" };
        var store = StoreSession.Option();
        var command = new ExampledCommand("report", "Write a sweep's report: pages, figures and tables", "sweep report l2-visual-intuition --out report", "sweep report NAME --by f1") { sweep, folder, bandwidth, by, store };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(parsed.GetValue(store), async session =>
        {
            var found = await SweepWord.FindAsync(session, parsed.GetRequiredValue(sweep), cancel);
            var report = await ReportPlace.WriteAsync(session, found.Id, parsed.GetValue(folder) ?? ReportPlace.Default(found.Name, found.Id), cancel, new ReportOptions(parsed.GetValue(bandwidth), By: parsed.GetValue(by)));
            Console.Out.WriteLine(ReportPlace.Page(report));
            await Console.Error.WriteLineAsync($"sweep: wrote {Numbers.Count(report.Files.Count, "file")}, {Numbers.Count(report.Figures.Count, "figure")} among them");
            return ExitCode.Done;
        }, cancel));
        return command;
    }
}
