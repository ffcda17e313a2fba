using Npgsql;
using SweepCluster.Store;

namespace SweepCluster.Client.Bench;

/// <summary>An address with its password, for a process that we start.</summary>
internal static class StoreUrl
{
    public static string Of(StoreAddress address)
    {
        var connection = new NpgsqlConnectionStringBuilder(address.ConnectionString);
        var login = $"{Uri.EscapeDataString(connection.Username ?? "")}{(connection.Password is { Length: > 0 } password ? ":" + Uri.EscapeDataString(password) : "")}@";
        return connection.Host is { } host && host.StartsWith('/')
            ? $"postgresql://{login}localhost:{connection.Port}/{connection.Database}?host={Uri.EscapeDataString(host)}"
            : $"postgresql://{login}{connection.Host}:{connection.Port}/{connection.Database}";
    }
}
