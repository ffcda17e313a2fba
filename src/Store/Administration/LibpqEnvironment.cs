using Npgsql;

namespace SweepCluster.Store.Administration;

/// <summary>An address for PostgreSQL's own programs: in their environment, where no list of processes shows the password.</summary>
public static class LibpqEnvironment
{
    /// <returns>Names and values; a value that is null is to be taken out of an inherited environment.</returns>
    public static IReadOnlyDictionary<string, string?> Of(StoreAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var connection = new NpgsqlConnectionStringBuilder(address.ConnectionString);
        return new Dictionary<string, string?>
        {
            ["PGHOST"] = connection.Host,
            ["PGPORT"] = $"{connection.Port}",
            ["PGDATABASE"] = connection.Database,
            ["PGUSER"] = connection.Username,
            ["PGPASSWORD"] = connection.Password,
            ["PGPASSFILE"] = connection.Passfile ?? Environment.GetEnvironmentVariable("PGPASSFILE"),
            ["PGSSLMODE"] = connection.SslMode switch
            {
                SslMode.Disable => "disable",
                SslMode.Allow => "allow",
                SslMode.Require => "require",
                SslMode.VerifyCA => "verify-ca",
                SslMode.VerifyFull => "verify-full",
                _ => "prefer",
            },
            ["PGSSLROOTCERT"] = connection.RootCertificate,
            ["PGSSLCERT"] = connection.SslCertificate,
            ["PGSSLKEY"] = connection.SslKey,
            ["PGAPPNAME"] = "sweep",
            ["PGSERVICE"] = null,
            ["PGOPTIONS"] = null,
        };
    }
}
