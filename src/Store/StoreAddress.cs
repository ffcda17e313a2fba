using Npgsql;

namespace SweepCluster.Store;

/// <summary>Where a store is and who asks. Its text never shows the password.</summary>
public sealed class StoreAddress
{
    private const string Form = "postgresql://user:password@host:5432/database (a Unix socket: postgresql://user@/database?host=/folder)";

    private const string Escapes = "in a password %, @, /, ?, # and & are written as %25, %40, %2F, %3F, %23 and %26";

    // What libpq calls differently; its values are the driver's but for the dashes of sslmode.
    private static readonly Dictionary<string, string> LibpqKeys = new()
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["channel_binding"] = "Channel Binding",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
    };

    private StoreAddress(NpgsqlConnectionStringBuilder connection)
    {
        ConnectionString = connection.ConnectionString;
        HoldsSecret = !string.IsNullOrEmpty(connection.Password) || !string.IsNullOrEmpty(connection.SslPassword);
        Text = Describe(connection);
    }

    public string ConnectionString { get; }

    /// <summary>It carries a password, so it must not stand where others can read it.</summary>
    public bool HoldsSecret { get; }

    private string Text { get; }

    public static StoreAddress From(NpgsqlConnectionStringBuilder connection) => new(connection);

    /// <summary>Reads <c>postgresql://user:password@host:port/database?key=value</c>; the keys are Npgsql's own, or libpq's (<c>host</c>, <c>passfile</c>, <c>sslmode</c>, <c>sslrootcert</c>, <c>sslcert</c>, <c>sslkey</c> …).</summary>
    /// <exception cref="FormatException">Not such an address; the message says what was expected, without repeating a password.</exception>
    public static StoreAddress Parse(string url)
    {
        // libpq lets the host away where the query names it; a Uri does not.
        if (!Uri.TryCreate(url.Replace("@/", "@localhost/", StringComparison.Ordinal).Replace(":///", "://localhost/", StringComparison.Ordinal), UriKind.Absolute, out var uri)
            || uri.Scheme is not ("postgresql" or "postgres"))
        {
            throw new FormatException($"the store's address must look like {Form}; {Escapes}");
        }
        if (Uri.UnescapeDataString(uri.AbsoluteUri).Any(char.IsControl))
            throw new FormatException($"the store's address holds a control character (such as a line feed or %00); it must look like {Form}");
        var database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        // Half of a password with a / in it; a name that has one is written with %40.
        if (uri.AbsolutePath.Contains('@', StringComparison.Ordinal)) throw new FormatException($"the store's address has an @ behind a /: {Form}; {Escapes}");
        if (database.Length == 0) throw new FormatException($"the store's address names no database: it must look like {Form}");
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = database,
            ApplicationName = "sweep",
        };
        var user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0) connection.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) connection.Password = Uri.UnescapeDataString(user[1]);
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = pair.Split('=', 2) is [var k, var v] ? (Uri.UnescapeDataString(k), Uri.UnescapeDataString(v)) : (pair, "");
            try
            {
                connection[LibpqKeys.GetValueOrDefault(key, key)] = key == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
            }
            catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException)
            {
                // What is no word is more likely a piece of a password with a ? or & in it.
                var option = key.All(c => char.IsAsciiLetter(c) || c is '_' or ' ') ? $"the option '{key}'" : "an option";
                throw new FormatException($"the store's address has {option}, which is unknown or has a value that does not fit: {Form}; {Escapes}", e);
            }
        }
        return new StoreAddress(connection);
    }

    public override string ToString() => Text;

    private static string Describe(NpgsqlConnectionStringBuilder connection)
    {
        var user = string.IsNullOrEmpty(connection.Username) ? "" : Uri.EscapeDataString(connection.Username) + "@";
        return connection.Host is { } host && host.StartsWith('/')
            ? $"postgresql://{user}/{connection.Database}?host={host}"
            : $"postgresql://{user}{connection.Host}:{connection.Port}/{connection.Database}";
    }
}
