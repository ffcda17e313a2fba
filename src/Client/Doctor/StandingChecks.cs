using SweepCluster.Store;
using SweepCluster.Store.Administration;
using SweepCluster.Store.Migrations;

namespace SweepCluster.Client.Doctor;

/// <summary>What is well, weak or ill between a store, a login and this program. Pure: the store was asked before.</summary>
internal static class StandingChecks
{
    public static IEnumerable<Finding> Of(StoreStanding standing, StoreAddress address)
    {
        yield return Finding.Well("server", $"PostgreSQL {standing.Server} at {address}");
        yield return Encryption(standing);
        yield return Schema(standing.Schema);
        yield return Login(standing);
        yield return Roles(standing);
    }

    private static Finding Encryption(StoreStanding standing) => standing switch
    {
        { Encryption: { } tls } => Finding.Well("encryption", tls),
        { IsLocal: true } => Finding.Well("encryption", "none needed: a socket of this machine"),
        _ => new Finding("encryption", Health.Weak, "none: whoever is on the way reads and changes everything", "add ?sslmode=verify-full&sslrootcert=FILE to the address; the server needs ssl = on (docs/operations.md)"),
    };

    private static Finding Schema(SchemaState schema) => schema switch
    {
        { IsHidden: true } => Finding.Well("schema", "its version is not for this login to see (`sweep db roles` by the owner shows it to readers)"),
        { IsTooNew: true } => new Finding("schema", Health.Ill, $"too new: it has {schema.Unknown[^1]}", "update this program"),
        { Unknown.Count: > 0 } => Finding.Well("schema", $"of the next version ({schema.Unknown[^1]}), which this program may work on"),
        { Missing.Count: > 0 } => new Finding("schema", Health.Ill, $"{Numbers.Count(schema.Missing.Count, "migration")} missing, up to {schema.Missing[^1]}", "`sweep db migrate` as the role that owns the database"),
        _ => Finding.Well("schema", "this program's version"),
    };

    private static Finding Login(StoreStanding standing) => standing.Right switch
    {
        StoreRight.Owner => Finding.Well("login", $"{standing.Login}: owner; silos and services need no more than {StoreRoles.Silo}"),
        StoreRight.Silo => Finding.Well("login", $"{standing.Login}: reads and writes rows ({StoreRoles.Silo})"),
        StoreRight.Reader => Finding.Well("login", $"{standing.Login}: reads the views ({StoreRoles.Reader})"),
        _ => new Finding("login", Health.Ill, $"{standing.Login}: may not even read", $"`sweep db roles` as the owner, then: GRANT {StoreRoles.Silo} TO {standing.Login}"),
    };

    private static Finding Roles(StoreStanding standing) => standing.MissingRoles.Count == 0
        ? Finding.Well("roles", $"{StoreRoles.Silo}, {StoreRoles.Reader}")
        : new Finding("roles", Health.Weak, $"the server has no {string.Join(" and no ", standing.MissingRoles)}", "`sweep db roles` as the owner");
}
