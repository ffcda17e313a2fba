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
            // No time-out: what a migration writes may be a large store's every row.
            .UseNpgsql(connection, o => o.MigrationsHistoryTable(HistoryTable, Schema).CommandTimeout(0))
            // Migrations hold SQL, so there is no model snapshot to compare with; their transaction is ours, with the rights in it.
            .ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning, RelationalEventId.MigrationsUserTransactionWarning))
            .Options);
}
