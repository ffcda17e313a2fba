namespace SweepCluster.Store.Embedded;

/// <summary>Who runs the server when root asks for one, since PostgreSQL refuses to run as root.</summary>
/// <param name="Group">Number of the user's own group.</param>
internal sealed record ServerUser(string Name, string Group)
{
    private const string Users = "/etc/passwd";

    /// <summary><c>postgres</c>, which Debian's package makes, else <c>nobody</c>. System users stand in the file; asking <c>id</c> costs a process.</summary>
    /// <exception cref="PrivatePostgresException">The machine has neither.</exception>
    internal static ServerUser Find()
    {
        var users = File.ReadLines(Users).Select(line => line.Split(':')).Where(fields => fields.Length > 3).ToList();
        foreach (var name in (string[])["postgres", "nobody"])
        {
            if (users.Find(fields => fields[0] == name) is { } user) return new ServerUser(name, user[3]);
        }
        throw new PrivatePostgresException($"root may not run PostgreSQL, and {Users} has neither a user 'postgres' nor 'nobody' to run it: add one, or run sweep as another user");
    }
}
