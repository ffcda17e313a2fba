using System.Runtime.CompilerServices;
using Orleans.Placement;
using SweepCluster.Contracts;
using SweepCluster.Grains.Engines;

namespace SweepCluster.Orleans;

/// <summary>
/// The grain only speaks for the trial: training runs off its turns on a thread of its own. Two activations may live for a while
/// when silos come and go; only one has the ledger's lease, so the other speaks of nothing and writes nothing.
/// </summary>
[PreferLocalPlacement]
internal sealed class TrialActivation(HostedTrials hosted, SiloHints hints, ILocalSiloDetails silo, TimeProvider time) : Grain, ITrialGrain
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    private IGrainTimer? _look;
    private int _listeners;

    private HostedTrial? Trial => hosted.Find(new TrialId(this.GetPrimaryKeyLong()));

    public Task<bool> AttachAsync(SiloAddress host)
    {
        var isHere = host.Equals(silo.SiloAddress);
        // Kept alive as long as its trial is here, also when the word of the trial's end gets lost.
        if (isHere) _look ??= this.RegisterGrainTimer(DetachAsync, new GrainTimerCreationOptions(Look, Look) { KeepAlive = true });
        else MigrateOnIdle(); // to where the caller's placement hint says
        return Task.FromResult(isHere);
    }

    public Task DetachAsync()
    {
        // The same trial may have come back to this silo under another term; and who listens is to hear the end.
        if (Trial is null && _listeners == 0) DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task NudgeAsync()
    {
        hints.LookAtLeases();
        return DetachAsync();
    }

    public async IAsyncEnumerable<TrialWord> FollowAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var trial = Trial;
        _listeners++;
        try
        {
            for (var isLast = trial is null; !isLast;)
            {
                (var word, isLast, var next) = trial!.Hear();
                yield return word;
                if (!isLast) await Task.WhenAll(next.WaitAsync(cancel), Task.Delay(Period, time, cancel));
            }
        }
        finally
        {
            _listeners--;
            await DetachAsync();
        }
    }
}
