using System.Threading.Channels;
using SweepCluster.Client.Progress;
using SweepCluster.Contracts;
using SweepCluster.Reports;
using SweepCluster.Silo;
using SweepCluster.Store;

namespace SweepCluster.Client.Running;

/// <summary>Trains one sweep in this process, from wherever it stands to its end, then draws its report and prints its table.</summary>
/// <param name="Slots">Null: one per core.</param>
/// <param name="Out">Report folder; null: the default place.</param>
/// <param name="Url">The store as the user named it with --store, for the command that resumes.</param>
/// <param name="Programs">What its trials' programs may be; empty for none.</param>
internal sealed record RunOptions(int? Slots, string? Out, string? Url, bool Json, IReadOnlyList<string> Programs);

internal sealed class SweepRun(StoreSession session, RunOptions options, SweepId id, Specification specification, TimeProvider time)
{
    private readonly JsonLines? _json = options.Json ? new JsonLines(Console.Out) : null;

    public async Task<int> GoAsync(CancellationToken stop)
    {
        var start = time.GetTimestamp();
        _json?.Write("launched", json =>
        {
            json.WriteString("sweep", id.Value);
            json.WriteString("name", specification.Name);
            json.WriteNumber("trials", specification.TrialCount);
        });
        SiloEnd end;
        try
        {
            end = await TrainAsync(stop);
        }
        catch (StoreUnreachableException)
        {
            Say($"the store keeps what was done; when it is back, go on with `{Resume}`");
            throw;
        }
        return end == SiloEnd.Stopped ? await InterruptedAsync() : await FinishedAsync(time.GetElapsedTime(start));
    }

    private async Task<SiloEnd> TrainAsync(CancellationToken stop)
    {
        var before = await Tally.ReadAsync(session.Ledger.Source, id, CancellationToken.None);
        var book = new ProgressBook(specification.Name, specification.TrialCount, specification.EpochCount, specification.Objective, before, time);
        var events = Channel.CreateUnbounded<SiloEvent>(new UnboundedChannelOptions { SingleReader = true });
        using var notes = new NoteLog();
        using var programs = AllowCommandOption.ToHost(options.Programs);
        var silo = SlotsOption.ToSilo(options.Slots, programs) with { UntilSweepDone = id };
        var training = new SiloHost(session.Ledger, silo, notes, events.Writer, time).RunAsync(stop);
        using (var view = View())
        {
            var watch = new TrainingWatch(specification, book, view, notes, events.Reader, time);
            using var ended = new CancellationTokenSource();
            var counting = Tally.FollowAsync(session.Ledger.Source, id, watch.Heard, ended.Token);
            await watch.FollowAsync(training, stop);
            await ended.CancelAsync();
            await counting;
        }
        return await training;
    }

    private IProgressView View() =>
        _json is not null ? new JsonView(_json)
        : Terminal.CanDraw ? new TerminalView(Console.Error, () => Terminal.Width, Terminal.HasColour)
        : new PlainView(Console.Error);

    private async Task<int> FinishedAsync(TimeSpan elapsed)
    {
        var trials = await session.Ledger.Trials.OfSweepAsync(id, CancellationToken.None);
        var failed = trials.Count(trial => trial.State == TrialState.Failed);
        var completed = trials.Count(trial => trial.State is TrialState.Completed or TrialState.Stopped);
        var stopped = trials.Count(trial => trial.State == TrialState.Stopped);
        if (_json is null)
        {
            ConfigurationTable.Write(Console.Out, specification, trials);
            TrialTable.Write(Console.Out, specification, trials);
            await Console.Out.FlushAsync();
            foreach (var failure in TrialTable.Failures(specification, trials))
                Say(failure);
        }
        Say($"{completed} of {Numbers.Count(trials.Count, "trial")} completed in {Numbers.Duration(elapsed)}{(stopped > 0 ? $", {stopped} of them stopped by a rule" : "")}{(failed > 0 ? $", {failed} failed" : "")}");
        var report = await ReportAsync();
        _json?.Write("finished", json =>
        {
            json.WriteString("sweep", id.Value);
            json.WriteNumber("completed", completed);
            json.WriteNumber("failed", failed);
            json.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 3));
            json.WriteString("report", report?.Directory);
        });
        Say($"next: {CommandName.Text} show {id}");
        return completed == trials.Count ? ExitCode.Done : ExitCode.WorkFailed;
    }

    /// <summary>The results are safe in the store by now, so a report that cannot be written is no reason to fail.</summary>
    private async Task<ReportResult?> ReportAsync()
    {
        try
        {
            var report = await ReportPlace.WriteAsync(session, id, options.Out ?? ReportPlace.Default(specification.Name, id), CancellationToken.None);
            Say($"report: {ReportPlace.Page(report)}");
            return report;
        }
        catch (UserMistake mistake)
        {
            Say($"{mistake.Message}; the results are in the store: write the report with `{CommandName.Text} report {id} --out DIR`");
            return null;
        }
    }

    private async Task<int> InterruptedAsync()
    {
        var counts = await session.Ledger.Sweeps.CountsAsync(id, CancellationToken.None);
        var done = counts.Where(entry => entry.Key.IsFinal()).Sum(entry => entry.Value);
        Say($"interrupted: {done} of {Numbers.Count(specification.TrialCount, "trial")} done, the others kept where they are; go on with");
        Say($"  {Resume}");
        _json?.Write("interrupted", json =>
        {
            json.WriteString("sweep", id.Value);
            json.WriteNumber("done", done);
            json.WriteString("resume", Resume);
        });
        return ExitCode.Interrupted;
    }

    private string Resume => $"{CommandName.Text} resume {id}{(options.Url is null ? "" : $" --store {options.Url}")}";

    private static void Say(string text) => Console.Error.WriteLine($"sweep: {text}");
}
