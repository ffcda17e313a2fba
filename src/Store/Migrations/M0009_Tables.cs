using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SweepCluster.Store.Migrations;

[DbContext(typeof(LedgerContext))]
[Migration(Id)]
internal sealed class M0009_Tables : Migration
{
    internal const string Id = "0009_Tables";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationScript.Read(Id));
}
