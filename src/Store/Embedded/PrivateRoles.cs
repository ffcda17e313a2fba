using System.Security.Cryptography;

namespace SweepCluster.Store.Embedded;

/// <summary>The two roles that may log in, their passwords, and the SQL that makes them.</summary>
internal sealed record PrivateRoles(string OwnerPassword, string ReaderPassword)
{
    internal const string Database = "sweepcluster";
    internal const string Owner = "sweep_owner";
    internal const string Reader = "sweep_reader";

    /// <summary>Reads the passwords, or draws and keeps them: 256 bits each, readable by the user alone.</summary>
    internal static PrivateRoles In(string home) =>
        new(Password(Path.Combine(home, "owner.password")), Password(Path.Combine(home, "reader.password")));

    /// <summary>For the single-user mode of a fresh cluster: one statement a line.</summary>
    internal string Sql =>
        $"CREATE ROLE {Owner} LOGIN PASSWORD '{OwnerPassword}'\n" +
        $"CREATE ROLE {Reader} LOGIN PASSWORD '{ReaderPassword}'\n" +
        $"CREATE DATABASE {Database} OWNER {Owner}\n";

    /// <summary>pg_hba.conf: over the socket, these two roles, this database, by password; nobody else, nowhere else.</summary>
    internal static string Access =>
        $"local {Database} {Owner} scram-sha-256\nlocal {Database} {Reader} scram-sha-256\n";

    private static string Password(string file)
    {
        if (!File.Exists(file))
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            using var writer = new StreamWriter(file, options);
            writer.Write(RandomNumberGenerator.GetHexString(64, lowercase: true));
        }
        return File.ReadAllText(file).Trim();
    }
}
