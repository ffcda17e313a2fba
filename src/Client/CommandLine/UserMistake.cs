namespace SweepCluster.Client;

/// <summary>What the user asked for cannot be done as asked. The message is for them; the exit code is 2.</summary>
internal sealed class UserMistake(string message) : Exception(message);
