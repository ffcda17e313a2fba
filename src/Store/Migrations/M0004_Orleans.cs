using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SweepCluster.Store.Migrations;

/// <summary>Applied everywhere, so that silos with Orleans may join a store that was made without.</summary>
[DbContext(typeof(LedgerContext))]
[Migration(Id)]
internal sealed class M0004_Orleans : Migration
{
    internal const string Id = "0004_Orleans";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationScript.Read(Id));
}
