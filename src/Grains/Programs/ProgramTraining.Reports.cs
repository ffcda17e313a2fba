using SweepCluster.Grains.Stopping;
using SweepCluster.Programs.Arrays;
using SweepCluster.Programs.Owning;
using SweepCluster.Programs.Reporting;
using SweepCluster.Store.Leases;

namespace SweepCluster.Grains.Programs;

/// <summary>What becomes of a line.</summary>
internal sealed partial class ProgramTraining
{
    private void Hear(ReadOnlyMemory<byte> line, LinePart part, OwnedProgram owned, CheckpointKeeping keeping)
    {
        var reports = part switch { LinePart.Whole => ReportLine.Read(line.Span), LinePart.Beginning => ReportLine.ReadCut(line.Span), _ => [] };
        if (reports.Count == 0)
        {
            _log.AddLine(line.Span);
            return;
        }
        foreach (var report in reports)
        {
            // What is said after the end does not count.
            if (_failed is not null || _stopped is not null) return;
            try
            {
                Take(report, owned, keeping);
            }
            catch (InvalidDataException e)
            {
                Fail(e.Message, owned);
            }
        }
    }

    private void Take(Report report, OwnedProgram owned, CheckpointKeeping keeping)
    {
        switch (report)
        {
            case Report.Epoch epoch:
                Take(epoch, owned);
                keeping.Reported();
                break;
            case Report.Snapshot snapshot:
                Take(snapshot);
                break;
            case Report.Fit fit:
                _fit = FitFile.Read(Path.GetFullPath(fit.Path, program.Directory));
                break;
            case Report.Checkpoint:
                keeping.Asked();
                break;
            case Report.Wrong wrong:
                Fail(wrong.Reason, owned);
                break;
        }
    }

    private void Take(Report.Epoch epoch, OwnedProgram owned)
    {
        foreach (var (about, note) in epoch.Notes)
        {
            // Once, or what is said each epoch would leave no room for the program's own words.
            if (_noted.Count < MostNotes && _noted.Add(about)) _log.AddLine($"sweep: {note}");
        }
        if (_order.Problem(epoch) is { } problem)
        {
            Fail(problem, owned);
            return;
        }
        int? rewind = _order.BeginsAgain(epoch) ? epoch.Number - 1 : null;
        if (rewind is not null) _early = _early.Best is { } best && best.Epoch >= epoch.Number ? EarlyStopping.Begin : _early;
        _order = _order.After(epoch);
        var losses = new EpochLosses(epoch.Number, epoch.Training, epoch.Validation)
        {
            Metric = !plan.Stopping.Objective.IsLoss && epoch.Metrics.TryGetValue(plan.Stopping.Objective.Metric, out var metric) ? metric : null,
        };
        if (_remembers) _early = _early.After(losses, plan.Stopping);
        _stopped = _early.At(epoch.Number, plan.Stopping);
        var question = _stopped is null && StoppingRule.Asks(plan.Stopping, epoch.Number, plan.Training.Epochs)
            ? new StoppingQuestion(epoch.Number, new TaskCompletionSource<Stopped?>(TaskCreationOptions.RunContinuationsAsynchronously)) : null;
        var now = time.GetTimestamp();
        steps.Hand(new TrainingStep(losses, null, null, time.GetElapsedTime(_lastStep, now).TotalSeconds, question)
        {
            Metrics = [.. epoch.Metrics.Select(metric => new Metric(epoch.Number, metric.Key, metric.Value))],
            RewindTo = rewind,
        }, _abandon);
        _lastStep = now;
        trained(losses);
        if (question is not null) _stopped = question.Answer.Task.WaitAsync(interruption.Token).GetAwaiter().GetResult();
        if (_stopped is not null) owned.Terminate();
    }

    private void Take(Report.Snapshot snapshot)
    {
        if (++_snapshots > MostSnapshots) throw new InvalidDataException($"snapshot: at most {MostSnapshots:N0} are kept of a trial, found more; report fewer");
        var parameters = ParameterFile.Read(Path.GetFullPath(snapshot.Path, program.Directory));
        if (_theta is { } before && before.Parameters.Length != parameters.Length)
            throw new InvalidDataException($"snapshot {snapshot.Path}: expected {before.Parameters.Length:N0} parameters as before, found {parameters.Length:N0}");
        _theta = new Snapshot(_order.Last ?? _order.Recorded, parameters);
        steps.Hand(new TrainingStep(null, _theta, null, 0), _abandon);
    }
}
