using Npgsql;
using SweepCluster.Contracts;

namespace SweepCluster.Store.Leases;

/// <summary>The statement of a claim.</summary>
internal static class ClaimCommand
{
    /// <param name="from">The first trial, in the order of replicate and ordinal, that is looked at.</param>
    public static NpgsqlCommand FromOne(NpgsqlDataSource source, SiloId silo, int count, TimeSpan duration, SweepId sweep, (int Replicate, long Ordinal) from)
    {
        var command = source.CreateCommand(count == 1 ? ClaimOneFromOne : ClaimFromOne);
        Add(command, silo.Value, count, duration, sweep.Value, from.Replicate, from.Ordinal);
        return command;
    }

    /// <param name="from">The first trial of each sweep that is looked at; of one that is not named, its first.</param>
    public static NpgsqlCommand FromAny(
        NpgsqlDataSource source, SiloId silo, int count, TimeSpan duration, IReadOnlyDictionary<SweepId, double> shares,
        IReadOnlyDictionary<SweepId, (int Replicate, long Ordinal)> from, IReadOnlyCollection<SweepId> except, int slots)
    {
        var command = source.CreateCommand(count == 1 ? ClaimOneFromAny : ClaimFromAny);
        SweepId[] known = [.. shares.Keys.Union(from.Keys)];
        Add(
            command, silo.Value, count, duration,
            known.Select(s => s.Value).ToArray(), known.Select(s => shares.GetValueOrDefault(s)).ToArray(),
            known.Select(s => from.GetValueOrDefault(s).Replicate).ToArray(), known.Select(s => from.GetValueOrDefault(s).Ordinal).ToArray(),
            except.Select(s => s.Value).ToArray(), slots);
        return command;
    }

    private static void Add(NpgsqlCommand command, params object[] values)
    {
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
    }

    private const string ClaimFromAny =
        """
        WITH chosen AS MATERIALIZED (
            SELECT id FROM (SELECT id, sum(cores) OVER (ROWS UNBOUNDED PRECEDING) AS used FROM (
            SELECT t.id, s.cores
            FROM (SELECT o.id, o.cores, ceil($2::float8 / count(*) OVER (PARTITION BY o.priority) / o.cores)::integer AS part,
                         coalesce(had.replicate, 0) AS replicate, coalesce(had.ordinal, 0) AS ordinal
                  FROM ledger.sweeps o
                  LEFT JOIN unnest($4::text[], $5::float8[], $6::integer[], $7::bigint[]) AS had (sweep, seconds, replicate, ordinal) ON had.sweep = o.id
                  WHERE o.closed_at IS NULL AND o.paused_at IS NULL AND o.cancelled_at IS NULL AND o.id <> ALL ($8::text[]) AND o.cores <= $9
                  -- Silos that know nothing yet begin with different sweeps.
                  ORDER BY o.priority DESC, coalesce(had.seconds, 0), hashtextextended(o.id, hashtext($1::text))) s
            CROSS JOIN LATERAL (SELECT id FROM ledger.trials WHERE sweep = s.id AND state = 'Pending' AND (replicate, ordinal) >= (s.replicate, s.ordinal)
                                ORDER BY replicate, ordinal LIMIT s.part FOR UPDATE SKIP LOCKED) t
            LIMIT $2) taken) packed WHERE used <= $2)
        """ + Take;

    private const string ClaimFromOne =
        """
        WITH chosen AS MATERIALIZED (
            SELECT id FROM ledger.trials
            WHERE sweep = $4 AND state = 'Pending' AND (replicate, ordinal) >= ($5, $6)
              AND EXISTS (SELECT FROM ledger.sweeps WHERE id = $4 AND paused_at IS NULL AND cancelled_at IS NULL)
            ORDER BY replicate, ordinal LIMIT $2 FOR UPDATE SKIP LOCKED)
        """ + Take;

    private const string Take =
        """

        UPDATE ledger.trials t
        SET state = 'Running', silo = $1, term = t.term + 1, lease_until = now() + $3, claimed_at = now(),
            started_at = coalesce(t.started_at, now())
        FROM chosen WHERE t.id = chosen.id
        RETURNING t.id, t.term, t.sweep, t.ordinal, t.replicate, t.configuration
        """;

    // Where the number is a parameter, the server plans each claim anew: it would be a plan for any number of trials else, and look
    // dear. That is a third of what the claim of one costs it, and most claims are of one.
    private static readonly string ClaimOneFromAny = ForOne(ClaimFromAny);
    private static readonly string ClaimOneFromOne = ForOne(ClaimFromOne);

    private static string ForOne(string claim) => claim.Replace("$2", "1", StringComparison.Ordinal);
}
