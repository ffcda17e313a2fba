namespace SweepCluster.Grains;

/// <summary>One execution of a trial: our own trainers on a thread, or a program. What it learns leaves through a channel of steps.</summary>
internal interface ITrialTraining
{
    /// <param name="abandon">Ends the wait for a store that takes nothing.</param>
    Task<TrainingOutcome> Start(string name, CancellationToken abandon);

    /// <summary>Ends training soon, with a checkpoint.</summary>
    void Stop();

    /// <summary>Ends training at once; what was not kept is dropped.</summary>
    void Interrupt();
}
