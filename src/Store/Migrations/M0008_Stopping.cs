using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SweepCluster.Store.Migrations;

[DbContext(typeof(LedgerContext))]
[Migration(Id)]
internal sealed class M0008_Stopping : Migration
{
    internal const string Id = "0008_Stopping";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationScript.Read(Id));
}
