namespace SweepCluster.Store.Embedded;

/// <summary>The private PostgreSQL cannot be had; the message says what was found and what to do, in words for the user.</summary>
public sealed class PrivatePostgresException(string message, Exception? inner = null) : Exception(message, inner);
