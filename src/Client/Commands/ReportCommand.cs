using System.CommandLine;

namespace SweepCluster.Client.Commands;

/// <summary>sweep report SWEEP --out DIR: draws everything again, from the store alone.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var sweep = SweepWord.Argument();
        var folder = new Option<string?>("--out") { Description = "Folder to write; an earlier report in it is replaced [default: reports/NAME-ID]", HelpName = "DIR" };
        var store = StoreSession.Option();
        var command = new ExampledCommand("report", "Write a sweep's report: pages, figures and tables", "sweep report l2-visual-intuition --out report") { sweep, folder, store };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(parsed.GetValue(store), async session =>
        {
            var found = await SweepWord.FindAsync(session, parsed.GetRequiredValue(sweep), cancel);
            var report = await ReportPlace.WriteAsync(session, found.Id, parsed.GetValue(folder) ?? ReportPlace.Default(found.Name, found.Id), cancel);
            Console.Out.WriteLine(ReportPlace.Page(report));
            await Console.Error.WriteLineAsync($"sweep: wrote {Numbers.Count(report.Files.Count, "file")}, {Numbers.Count(report.Figures.Count, "figure")} among them");
            return ExitCode.Done;
        }, cancel));
        return command;
    }
}
