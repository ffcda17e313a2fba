using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SweepCluster.Store.Migrations;

[DbContext(typeof(LedgerContext))]
[Migration(Id)]
internal sealed class M0007_FitRows : Migration
{
    internal const string Id = "0007_FitRows";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationScript.Read(Id));
}
