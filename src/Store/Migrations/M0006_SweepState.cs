using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SweepCluster.Store.Migrations;

[DbContext(typeof(LedgerContext))]
[Migration(Id)]
internal sealed class M0006_SweepState : Migration
{
    internal const string Id = "0006_SweepState";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationScript.Read(Id));
}
