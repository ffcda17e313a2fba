using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Npgsql;
using SweepCluster.Store.Administration;

namespace SweepCluster.Store;

/// <summary>What an error of the driver means to the user.</summary>
public static class StoreFailures
{
    /// <summary>The exception to show for <paramref name="error"/>, or null if it is none of the store's availability or rights.</summary>
    public static StoreException? Explain(Exception error, StoreAddress address) => error switch
    {
        StoreException known => known,
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } e => new StoreRightsException(
            $"the role of {address} may not do this ({e.MessageText}): to train, launch and control it needs the role {StoreRoles.Silo}, to read {StoreRoles.Reader}, to change the schema the database's owner; `sweep db check` says what it has", e),
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } e => new StoreRightsException(
            $"{address} refuses the login ({e.MessageText}): check user and password in the address", e),
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } e => new StoreUnreachableException(
            $"{address} has no such database ({e.MessageText}): create it (createdb), or correct the address", e),
        PostgresException
        {
            SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.InvalidSchemaName
                or PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateFunction or PostgresErrorCodes.DuplicateSchema
        } e => new StoreForeignException(
            $"{address} is not as this program made it ({e.MessageText}): somebody changed it by hand, or it is another program's; restore a backup (`sweep db restore`), or name an empty database", e),
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } e => new StoreUnreachableException(
            $"{address} can only be read ({e.MessageText}): it is a copy, or somebody set default_transaction_read_only; name the server that takes writes", e),
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } e => new StoreUnreachableException(
            $"the disk of {address} is full ({e.MessageText}): free some space, then go on with the same command", e),
        PostgresException { IsTransient: true } e => new StoreUnreachableException(
            $"{address} is not ready ({e.MessageText}): try again in a moment", e),
        NpgsqlException e when e is not PostgresException && Innermost(e) is AuthenticationException refused => new StoreUnreachableException(
            $"the certificate of {address} is refused ({refused.Message}): it must be in force, from the authority that ?sslrootcert=FILE names, and with sslmode=verify-full for that host's name", e),
        _ when IsOfCertificates(error, Innermost(error)) => new StoreUnreachableException(
            $"a certificate or key in the address of {address} cannot be used ({Innermost(error).Message}): sslrootcert, sslcert and sslkey are files in PEM, and sslkey is that of sslcert", error),
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
            or PostgresException { SqlState: PostgresErrorCodes.DiskFull or PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown }
        || (error is NpgsqlException and not PostgresException) || IsOutOfStep(error);

    // A statement that fails while the driver prepares it, as one does that is cancelled, leaves the driver without the form of its answers:
    // the next time it is surprised by a row, closes the connection and throws the plainest of exceptions (Npgsql 10, NpgsqlDataReader).
    private static bool IsOutOfStep(Exception error) =>
        error.GetType() == typeof(Exception) && error.Message.StartsWith("Received unexpected backend message", StringComparison.Ordinal);

    // The driver passes on what reading such a file throws.
    private static bool IsOfCertificates(Exception error, Exception innermost) =>
        innermost is CryptographicException or FileNotFoundException or DirectoryNotFoundException or ArgumentException { ParamName: "privateKey" }
        || (error is NpgsqlException && innermost is UnauthorizedAccessException);

    private static Exception Innermost(Exception error) => error.InnerException is { } inner ? Innermost(inner) : error;
}
