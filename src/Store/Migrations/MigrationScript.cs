namespace SweepCluster.Store.Migrations;

/// <summary>The SQL of a migration, kept beside its class in a file of its own.</summary>
internal static class MigrationScript
{
    internal static string Read(string id)
    {
        using var stream = typeof(MigrationScript).Assembly.GetManifestResourceStream(id + ".sql")
            ?? throw new InvalidOperationException($"the assembly holds no script {id}.sql");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
