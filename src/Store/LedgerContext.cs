using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace SweepCluster.Store;

/// <summary>EF Core's way into the store: its migrations. Hot paths speak SQL through <see cref="Ledger"/> and never load EF Core.</summary>
public sealed class LedgerContext(DbContextOptions<LedgerContext> options) : DbContext(options)
{
    internal const string Schema = "ledger";
    internal const string HistoryTable = "migrations";

    internal static LedgerContext Over(NpgsqlConnection connection) =>
        new(new DbContextOptionsBuilder<LedgerContext>()
            .UseNpgsql(connection, o => o.MigrationsHistoryTable(HistoryTable, Schema))
            // Migrations hold SQL, so there is no model snapshot to compare with.
            .ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning))
            .Options);
}
