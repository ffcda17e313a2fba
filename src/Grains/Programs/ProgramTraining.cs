using System.Security.Cryptography;
using System.Threading.Channels;
using SweepCluster.Contracts;
using SweepCluster.Grains.Stopping;
using SweepCluster.Programs.Arrays;
using SweepCluster.Programs.Keeping;
using SweepCluster.Programs.Owning;
using SweepCluster.Programs.Reporting;
using SweepCluster.Store.Leases;
using SweepCluster.Training;

namespace SweepCluster.Grains.Programs;

/// <summary>
/// Runs one trial as a program of the user's, on a thread of its own that listens to it: its reports become the trial's steps, all else
/// it prints the trial's log, its checkpoint folder the trial's checkpoint.
/// </summary>
internal sealed partial class ProgramTraining(
    Claim claim, ProgramSpecification program, ulong seed, TrialPlan plan, Checkpoint? from, TrainingSteps steps,
    Action<EpochLosses> trained, GrainOptions options, TimeProvider time, CancellationTokenSource interruption) : ITrialTraining
{
    private const int MostSnapshots = 1000;
    private const int MostOfReason = 300;
    private const int MostNotes = 100;

    private readonly Lock _gate = new();
    private readonly TrialLog _log = new();
    private readonly bool _remembers = EarlyStopping.IsWanted(plan.Stopping);
    private OwnedProgram? _owned;
    private volatile bool _stopping;

    // Of the listening thread alone.
    private CancellationToken _abandon;
    private ReportOrder _order = new(null, from?.Epoch ?? 0);
    private EarlyStopping _early = EarlyStopping.Begin;
    private Stopped? _stopped;
    private string? _failed;
    private long _lastStep;
    private FitFile? _fit;
    private Snapshot? _theta;
    private int _snapshots;
    private readonly HashSet<string> _noted = [];

    public void Stop()
    {
        _stopping = true;
        lock (_gate) _owned?.Terminate();
    }

    public void Interrupt()
    {
        interruption.Cancel();
        lock (_gate)
        {
            // Who was asked before has had its time.
            if (_stopping) _owned?.Kill();
            _stopping = true;
            _owned?.Terminate();
        }
    }

    public Task<TrainingOutcome> Start(string name, CancellationToken abandon)
    {
        _abandon = abandon;
        var outcome = new TaskCompletionSource<TrainingOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => outcome.SetResult(RunToAnOutcome())) { IsBackground = true, Name = name }.Start();
        return outcome.Task;
    }

    private TrainingOutcome RunToAnOutcome()
    {
        try
        {
            return options.Programs is { } host && host.Allows(program) ? Run(host) : new TrainingOutcome.Failed(NotAllowed);
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            return new TrainingOutcome.Interrupted(null);
        }
        catch (InvalidDataException e) when (from is not null)
        {
            return new TrainingOutcome.CheckpointRefused(e.Message);
        }
        catch (Exception e)
        {
            return new TrainingOutcome.Failed($"{e.GetType().Name} while its program ran: {e.Message}", e);
        }
        finally
        {
            steps.End();
        }
    }

    private TrainingOutcome Run(ProgramHost host)
    {
        var place = new ProgramPlace(Path.Combine(host.Keeper.Folder, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))));
        try
        {
            place.Create(Remember(from?.Content), program);
            var start = ProgramStarts.Of(host, program, place, claim, seed);
            using var owned = new OwnedProgram(start, host.Keeper, time);
            lock (_gate)
            {
                _owned = owned;
                if (_stopping) return new TrainingOutcome.Interrupted(null);
            }
            try
            {
                return Run(owned, place);
            }
            finally
            {
                lock (_gate) _owned = null;
            }
        }
        finally
        {
            place.Remove();
        }
    }

    private TrainingOutcome Run(OwnedProgram owned, ProgramPlace place)
    {
        var keeping = new CheckpointKeeping(place.Checkpoint, options, time);
        var output = new LineSplitter((line, part) => Hear(line, part, owned, keeping));
        var errors = new LineSplitter((line, _) => _log.AddLine(line.Span));
        _lastStep = time.GetTimestamp();
        var told = 0L;
        var lastTold = _lastStep;
        var end = owned.Run((part, isOutput) => (isOutput ? output : errors).Add(part), Quiet, options.FlushPeriod);
        output.End();
        errors.End();
        if (end.Strays > 0) _log.AddLine($"sweep: {Strays(end)}");
        Tell();
        return Outcome(end, place);

        void Quiet()
        {
            if (keeping.Take(_order.Last ?? _order.Recorded) is { } content) steps.Hand(new TrainingStep(null, null, Checkpoint(content), 0), _abandon);
            if (keeping.Problem is { } problem) Fail(problem, owned);
            if (time.GetElapsedTime(lastTold) >= options.LogPeriod) Tell();
        }

        void Tell()
        {
            if (_log.Bytes == told) return;
            (told, lastTold) = (_log.Bytes, time.GetTimestamp());
            steps.Hand(new TrainingStep(null, null, null, 0) { Log = new ProgramLog(_log.Bytes, _log.ToString()) }, _abandon);
        }
    }

    private TrainingOutcome Outcome(ProgramEnd end, ProgramPlace place)
    {
        if (_failed is not null) return new TrainingOutcome.Failed(_failed);
        if (_stopped is null && _stopping) return new TrainingOutcome.Interrupted(interruption.IsCancellationRequested ? null : Last(place));
        if (_stopped is null && !end.IsSuccess) return new TrainingOutcome.Failed($"the program {end.Describe(program.Timeout)}{(end.Problem is null ? Words : "")}");
        if (_order.Last is null && _order.Recorded == 0)
        {
            return new TrainingOutcome.Failed(
                "the program ended without reporting an epoch: expected lines like {\"epoch\": 1, \"training\": 0.5, \"validation\": 0.6} on its standard output" +
                (end.Strays > 0 ? $"; {Strays(end)}: a program must not go to the background" : Words));
        }
        var theta = _theta is { } last && last.Epoch == (_order.Last ?? _order.Recorded) ? ParameterHash.Sha256(last.Parameters) : null;
        return new TrainingOutcome.ProgramFinished(theta, _fit, _stopped);
    }

    private Checkpoint? Last(ProgramPlace place)
    {
        try
        {
            var epoch = _order.Last ?? _order.Recorded;
            return epoch > 0 && CheckpointFolder.Print(place.Checkpoint) != 0 ? Checkpoint(CheckpointFolder.Pack(place.Checkpoint)) : null;
        }
        catch (InvalidDataException)
        {
            return null; // too large; what was kept before stays
        }
    }

    private Checkpoint Checkpoint(byte[] folder) => new(
        _order.Last ?? _order.Recorded, _remembers && _early.Best is { } best ? BestCheckpoint.Write(best, null, folder) : folder);

    private byte[]? Remember(byte[]? content)
    {
        if (!_remembers || content is null || !BestCheckpoint.Is(content)) return content;
        var (best, _, folder) = BestCheckpoint.Read(content);
        _early = new EarlyStopping(best);
        return folder;
    }

    private static string Strays(ProgramEnd end)
    {
        var name = TrialLog.Visible(end.Stray ?? "?");
        return end.Strays == 1 ? $"a process that the program left behind, '{name}', was killed" : $"{end.Strays:N0} processes that the program left behind were killed, one of them '{name}'";
    }

    private string Words => _log.LastLines(3, MostOfReason) is { Length: > 0 } lines ? $"; its last words: {lines}" : "; it printed nothing else";

    private string NotAllowed => options.Programs is null
        ? "trainer.command: this silo starts no programs; start one with --allow-command, or retry the trial where a silo does"
        : $"trainer.command: this silo starts {options.Programs}, found '{ProgramHost.Wanted(program)}'; retry the trial where a silo may start it";

    private void Fail(string reason, OwnedProgram owned)
    {
        _failed ??= reason;
        owned.Terminate();
    }
}
