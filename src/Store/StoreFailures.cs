using System.Net.Sockets;
using Npgsql;

namespace SweepCluster.Store;

/// <summary>What an error of the driver means to the user.</summary>
public static class StoreFailures
{
    /// <summary>The exception to show for <paramref name="error"/>, or null if it is none of the store's availability or rights.</summary>
    public static StoreException? Explain(Exception error, StoreAddress address) => error switch
    {
        StoreException known => known,
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } e => new StoreRightsException(
            $"the role of {address} may not do this ({e.MessageText}): use the role that owns the database, or grant it CREATE on the database and on schema public; `sweep db check` says what a role may do", e),
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } e => new StoreRightsException(
            $"{address} refuses the login ({e.MessageText}): check user and password in the address", e),
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } e => new StoreUnreachableException(
            $"{address} has no such database ({e.MessageText}): create it (createdb), or correct the address", e),
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } e => new StoreUnreachableException(
            $"the disk of {address} is full ({e.MessageText}): free some space, then go on with the same command", e),
        PostgresException { IsTransient: true } e => new StoreUnreachableException(
            $"{address} is not ready ({e.MessageText}): try again in a moment", e),
        NpgsqlException e when e is not PostgresException => new StoreUnreachableException(
            $"no PostgreSQL answers at {address} ({Innermost(e).Message}): check that it runs and that the address is right", e),
        _ when IsOutOfStep(error) => new StoreUnreachableException($"a connection to {address} was lost ({error.Message}): try again", error),
        SocketException or TimeoutException or IOException => new StoreUnreachableException(
            $"no PostgreSQL answers at {address} ({error.Message}): check that it runs and that the address is right", error),
        _ => null,
    };

    /// <summary>The store may answer again later; nothing is wrong with what was asked.</summary>
    public static bool IsPassing(Exception error) =>
        error is StoreUnreachableException or NpgsqlException { IsTransient: true } or SocketException or TimeoutException or IOException
            or PostgresException { SqlState: PostgresErrorCodes.DiskFull or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown }
        || (error is NpgsqlException and not PostgresException) || IsOutOfStep(error);

    // A statement that fails while the driver prepares it, as one does that is cancelled, leaves the driver without the form of its answers:
    // the next time it is surprised by a row, closes the connection and throws the plainest of exceptions (Npgsql 10, NpgsqlDataReader).
    private static bool IsOutOfStep(Exception error) =>
        error.GetType() == typeof(Exception) && error.Message.StartsWith("Received unexpected backend message", StringComparison.Ordinal);

    private static Exception Innermost(Exception error) => error.InnerException is { } inner ? Innermost(inner) : error;
}
