namespace SweepCluster.Client.Planning;

/// <summary>How long `sweep run` takes by the clock: its training, and what is done for each trial beside it.</summary>
internal static class RunTime
{
    // Measured over ten sweeps of 1 to 400 trials on two cores (AMD EPYC, Zen 5), where whole runs took 0.2 to 0.9 s.
    private const double Start = 0.17; // seconds: a fresh process compiles beside its first trials
    private const double PerTrial = 1.2e-3; // seconds of one core, of silo and server: claim, losses, ending
    private const double PerByte = 1.1e-8; // snapshots and fits on their way into the store

    /// <param name="training">Seconds of one core for training every trial.</param>
    /// <param name="bytes">What the sweep keeps.</param>
    /// <param name="atATime">Trials trained at a time, each on a core of its own.</param>
    /// <returns>Seconds.</returns>
    public static double Seconds(double training, long trials, double bytes, long atATime) =>
        Start + ((training + (PerTrial * trials) + (PerByte * bytes)) / atATime);
}
