namespace SweepCluster.Client;

/// <summary>What the person typed to get here, for commands that we tell them to type next: ./sweep says so in SWEEP_COMMAND.</summary>
internal static class CommandName
{
    public static string Text => Environment.GetEnvironmentVariable("SWEEP_COMMAND") is { Length: > 0 } typed ? typed : "sweep";
}
