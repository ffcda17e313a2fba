using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SweepCluster.Store.Migrations;

[DbContext(typeof(LedgerContext))]
[Migration(Id)]
internal sealed class M0010_Programs : Migration
{
    internal const string Id = "0010_Programs";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationScript.Read(Id));
}
