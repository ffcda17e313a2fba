namespace SweepCluster.Reports.Rows;

/// <summary>What the models predict for their data.</summary>
internal sealed partial class SweepReader
{
    // What one figure reads at most in full; beyond, a sample that still has several points for each pixel of all its lines.
    private const int MostPredictions = 100_000;
    private const int SampledPredictions = 50_000;

    /// <summary>Every output of every row; an even sample of the rows where they are very many.</summary>
    public async Task<Outputs> OutputsAsync(long trial, CancellationToken ct)
    {
        var rows = (await DataSetAsync(trial, ct))?.Rows ?? 0;
        await using var command = Command(
            $"SELECT part::text, output::int, target::float8, prediction::float8 FROM fits WHERE trial = $1{Sampled(Every(rows))} ORDER BY row, output", trial);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (part, output, target, prediction) = (new List<string>(), new List<int>(), new List<double>(), new List<double>());
        while (await reader.ReadAsync(ct))
        {
            part.Add(string.Intern(reader.GetString(0)));
            output.Add(reader.GetInt32(1));
            target.Add(Number(reader, 2) ?? double.NaN);
            prediction.Add(Number(reader, 3) ?? double.NaN);
        }

        return new Outputs([.. part], [.. output], [.. target], [.. prediction]);
    }

    public async Task<Fit> FitAsync(long trial, CancellationToken ct) => (await FitAsync(trial, 1, withTest: true, ct)).Fit;

    /// <summary>
    /// Fits of some trials. Trials of a sweep mostly share their data: it is read once for each data set, and only the predictions for
    /// every further trial. Where they are very many, an even sample of their rows.
    /// </summary>
    public async Task<Dictionary<long, Fit>> FitsAsync(IReadOnlyCollection<long> trials, CancellationToken ct)
    {
        var data = new List<(long Trial, string Sha256, int Rows)>();
        await using (var command = Command("SELECT trial, sha256::text, rows::int FROM data_sets WHERE trial = ANY ($1) ORDER BY trial", trials.ToArray()))
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
                data.Add((reader.GetInt64(0), reader.GetString(1), reader.GetInt32(2)));
        }

        var every = Every(data.Sum(found => (long)found.Rows));
        var fits = new Dictionary<long, Fit>();
        foreach (var same in data.GroupBy(found => found.Sha256, found => found.Trial))
        {
            var (first, places) = await FitAsync(same.First(), every, withTest: false, ct);
            fits[same.First()] = first;
            if (first.X.Length > 0)
                await PredictionsAsync([.. same.Skip(1)], first, places, fits, ct);
        }

        return fits;
    }

    internal static int Every(long predictions) => predictions <= MostPredictions ? 1 : (int)((predictions + SampledPredictions - 1) / SampledPredictions);

    private async Task PredictionsAsync(long[] trials, Fit like, Dictionary<int, int> places, Dictionary<long, Fit> fits, CancellationToken ct)
    {
        if (trials.Length == 0)
            return;
        await using var command = Command(
            "SELECT trial, row::int, prediction::float8, spread::float8, mean::float8 FROM fits WHERE trial = ANY ($1) AND output = 0" + Sampled(like.Every), trials);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            if (!fits.TryGetValue(reader.GetInt64(0), out var fit))
            {
                fit = like with { Prediction = Unknown(like), Spread = Unknown(like), Mean = reader.IsDBNull(4) ? [] : Unknown(like) };
                fits.Add(reader.GetInt64(0), fit);
            }

            if (!places.TryGetValue(reader.GetInt32(1), out var place))
                continue;
            fit.Prediction[place] = Number(reader, 2) ?? double.NaN;
            fit.Spread[place] = Number(reader, 3) ?? double.NaN;
            if (fit.Mean.Length > 0)
                fit.Mean[place] = Number(reader, 4) ?? double.NaN;
        }
    }

    /// <param name="withTest">Whether with the test part, which few trials are asked about: trials are compared without it.</param>
    /// <returns>The fit in order of x, and for each row of the data its place in it.</returns>
    private async Task<(Fit Fit, Dictionary<int, int> Places)> FitAsync(long trial, int every, bool withTest, CancellationToken ct)
    {
        await using var command = Command(
            $"""
            SELECT (x)[1]::float8, part::text, target::float8, prediction::float8, spread::float8, coalesce(array_length(x, 1), 0), row::int, mean::float8
            FROM fits WHERE trial = $1 AND output = 0{(withTest ? "" : " AND part <> 'test'")}{Sampled(every)} ORDER BY (x)[1], row
            """,
            trial);
        var places = new Dictionary<int, int>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (x, part, target, prediction, spread) = (new List<double>(), new List<string>(), new List<double>(), new List<double>(), new List<double>());
        var mean = new List<double>();
        var inputs = 0;
        while (await reader.ReadAsync(ct))
        {
            places[reader.GetInt32(6)] = x.Count;
            x.Add(Number(reader, 0) ?? double.NaN);
            part.Add(string.Intern(reader.GetString(1)));
            target.Add(Number(reader, 2) ?? double.NaN);
            prediction.Add(Number(reader, 3) ?? double.NaN);
            spread.Add(Number(reader, 4) ?? double.NaN);
            inputs = Math.Max(inputs, reader.GetInt32(5));
            if (Number(reader, 7) is { } average)
                mean.Add(average);
        }

        return (new Fit([.. x], [.. part], [.. target], [.. prediction], [.. spread], inputs, every) { Mean = mean.Count == x.Count ? [.. mean] : [] }, places);
    }

    private static string Sampled(int every) => every == 1 ? "" : $" AND row % {every} = 0";

    private static double[] Unknown(Fit like) => [.. Enumerable.Repeat(double.NaN, like.X.Length)];
}
