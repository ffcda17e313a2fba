namespace SweepCluster.Reports.Rows;

/// <summary>How predictions of configurations that differ in nothing but replicate (and data seed) scatter.</summary>
/// <param name="Ordinals">The configurations.</param>
/// <param name="Error">Mean squared error of the validation rows.</param>
/// <param name="Training">Of the training rows, the model as it is evaluated.</param>
/// <param name="SeedVariance">Over replicates, mean over validation rows; null with one.</param>
/// <param name="MeansVariance">Over data seeds, of the mean over replicates; null with one.</param>
/// <param name="Replicates">Of the data seed that has fewest.</param>
internal sealed record Scatter(int[] Ordinals, double? Error, double? Training, double? SeedVariance, double? MeansVariance, int Replicates, int DataSets);

internal sealed partial class SweepReader
{
    /// <param name="together">Configurations that differ in data.seed alone are draws of the same data.</param>
    public async Task<List<Scatter>> ScatterAsync(IReadOnlyCollection<long> trials, bool together, CancellationToken ct)
    {
        await using var command = Command(
            $"""
            WITH one AS (
                SELECT ({(together ? "t.configuration - 'data.seed'" : "t.configuration")})::text AS c, coalesce({(together ? "t.configuration ->> 'data.seed'" : "''")}, '') AS d,
                       f.part, f.row, f.output, avg(f.prediction::float8) AS mean, var_samp(f.prediction::float8) AS variance,
                       count(*) AS n, avg((f.prediction::float8 - f.target::float8) ^ 2) AS error
                FROM trials t JOIN fits f ON f.trial = t.id WHERE t.id = ANY ($1) AND f.part <> 'test' GROUP BY 1, 2, 3, 4, 5),
            members AS (SELECT ({(together ? "t.configuration - 'data.seed'" : "t.configuration")})::text AS c, array_agg(DISTINCT t.ordinal) AS ordinals FROM trials t WHERE t.id = ANY ($1) GROUP BY 1),
            means AS (SELECT c, row, output, var_samp(mean) AS variance FROM one GROUP BY 1, 2, 3)
            SELECT (SELECT m.ordinals FROM members m WHERE m.c = o.c)::int[],
                   avg(o.error) FILTER (WHERE o.part = 'validation'), avg(o.error) FILTER (WHERE o.part = 'train'), avg(o.variance) FILTER (WHERE o.part = 'validation'),
                   (SELECT avg(m.variance) FROM means m WHERE m.c = o.c), min(o.n)::int, count(DISTINCT o.d)::int
            FROM one o GROUP BY o.c
            """,
            trials.ToArray());
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new List<Scatter>();
        while (await reader.ReadAsync(ct))
        {
            found.Add(new Scatter(
                reader.IsDBNull(0) ? [] : await reader.GetFieldValueAsync<int[]>(0, ct), Number(reader, 1), Number(reader, 2), Number(reader, 3), Number(reader, 4),
                reader.GetInt32(5), reader.GetInt32(6)));
        }

        return found;
    }

    /// <summary>Each input and target of a trial's data in its training and validation rows; an even sample of very many.</summary>
    public async Task<IReadOnlyList<SplitColumn>> SplitAsync(long trial, DataShape shape, CancellationToken ct)
    {
        var rows = (await DataSetAsync(trial, ct))?.Rows ?? 0;
        await using var command = Command(
            $"SELECT part::text, x, output::int, target::float8 FROM fits WHERE trial = $1 AND part IN ('train', 'validation'){Sampled(Every(rows))} ORDER BY row, output", trial);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var columns = new Dictionary<string, (List<double> Training, List<double> Validation)>();
        while (await reader.ReadAsync(ct))
        {
            var isTraining = reader.GetString(0) == "train";
            var output = reader.GetInt32(2);
            if (output == 0)
            {
                foreach (var (i, x) in (await reader.GetFieldValueAsync<float[]>(1, ct)).Index())
                    Add(shape.Inputs.Count > i ? shape.Inputs[i] : "x", x);
            }

            // Of classes, how often each is there.
            Add(shape.Classes.Count > 0 ? $"the share of {shape.Output(output)}" : shape.Targets.Count > output ? shape.Targets[output] : "y", reader.GetDouble(3));

            void Add(string name, double value)
            {
                if (!columns.TryGetValue(name, out var parts))
                    columns.Add(name, parts = ([], []));
                (isTraining ? parts.Training : parts.Validation).Add(value);
            }
        }

        return [.. columns.Select(column => new SplitColumn(column.Key, column.Value.Training, column.Value.Validation))];
    }
}
