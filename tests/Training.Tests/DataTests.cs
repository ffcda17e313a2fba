namespace SweepCluster.Training.Tests;

public sealed class DataTests
{
    [Fact]
    public void The_articles_curve_spans_the_domain_and_is_scaled_to_one()
    {
        var data = Oscillation.Create(Plans.Article());
        Assert.Equal((10_000, 1, 1), (data.Rows, data.Inputs, data.Outputs));
        Assert.Equal(0, data.X[0]);
        Assert.Equal((float)(4 * Math.PI), data.X[^1]);
        Assert.Equal(0, data.Y.ToArray().Min());
        Assert.Equal(1, data.Y.ToArray().Max());
        Assert.Equal((7000, 3000, 0), (data.RowsOf(Part.Train).Length, data.RowsOf(Part.Validation).Length, data.RowsOf(Part.Test).Length));
        Assert.Equal(data.RowsOf(Part.Train).ToArray().Order(), data.RowsOf(Part.Train).ToArray());
    }

    [Theory]
    [InlineData(Scaling.MinMax)]
    [InlineData(Scaling.None)]
    public void The_irreducible_error_is_the_variance_of_the_noise_in_the_units_of_Y(Scaling scale)
    {
        var plan = Plans.Article(100_000) with { Scale = scale };
        var noisy = Oscillation.Create(plan);
        var bayes = noisy.IrreducibleError!.Value;
        var clean = Oscillation.Create(plan with { Noise = 0, Scale = Scaling.None }).Y.ToArray();

        // The scaled curve is shift + factor · clean, so regress one on the other and look at what is left.
        var y = Array.ConvertAll(noisy.Y.ToArray(), v => (double)v);
        double meanY = y.Average(), meanClean = clean.Average(v => (double)v);
        var factor = y.Zip(clean, (a, b) => (a - meanY) * (b - meanClean)).Sum() / clean.Sum(b => (b - meanClean) * (b - meanClean));
        var rest = y.Zip(clean, (a, b) => a - meanY - (factor * (b - meanClean))).Average(r => r * r);
        Assert.Equal(1, rest / bayes, 5 * Math.Sqrt(2.0 / y.Length));
        Assert.Equal(bayes, 0.01 * factor * factor, 0.02 * bayes);
    }

    [Fact]
    public void Coefficients_are_drawn_by_the_seed_where_they_are_not_given()
    {
        var plan = Plans.Article(50) with { A = null, B = null, C = null };
        Assert.Equal(Oscillation.Create(plan).Sha256, Oscillation.Create(plan).Sha256);
        Assert.NotEqual(Oscillation.Create(plan).Sha256, Oscillation.Create(plan with { Seed = 1 }).Sha256);
        Assert.NotEqual(Oscillation.Create(plan).Sha256, Oscillation.Create(plan with { A = 1 }).Sha256);
    }

    [Fact]
    public void The_hash_sees_shape_numbers_and_parts()
    {
        float[] x = [1, 2, 3, 4], y = [5, 6];
        var parts = new[] { Part.Train, Part.Validation };
        var hashes = new[]
        {
            DataSet.Create(2, 1, x, y, parts), DataSet.Create(2, 1, [1, 2, 3, 5], y, parts), DataSet.Create(2, 1, x, [5, 7], parts),
            DataSet.Create(2, 1, x, y, [Part.Train, Part.Test]), DataSet.Create(1, 2, y, x, parts),
        }.Select(data => data.Sha256).ToList();
        Assert.Equal(hashes.Count, hashes.Distinct().Count());
        Assert.Equal(64, hashes[0].Length);
    }

    [Theory]
    [InlineData(float.NaN, "x: must be finite, found NaN at row 1, column 0")]
    [InlineData(float.PositiveInfinity, "found Infinity at row 1, column 0")]
    public void A_number_that_is_not_finite_is_named_by_row_and_column(float bad, string message) => Assert.Contains(
        message, Assert.Throws<ArgumentException>(() => DataSet.Create(2, 1, [1, 2, bad, 4], [5, 6], new Part[2])).Message);

    [Fact]
    public void Wrong_lengths_shares_and_points_are_refused()
    {
        AssertRefused("2 rows × 2 columns = 4 numbers, found 3", () => DataSet.Create(2, 1, [1, 2, 3], [5, 6], new Part[2]));
        AssertRefused("must sum to 1", () => Oscillation.Create(Plans.Article() with { Split = new SplitRatio(0.7, 0.2, 0) }));
        AssertRefused("at least 0", () => Oscillation.Create(Plans.Article() with { Split = new SplitRatio(1.2, -0.2, 0) }));
        AssertRefused("at least 2, found 1", () => Oscillation.Create(Plans.Article(1)));
        AssertRefused("Noise", () => Oscillation.Create(Plans.Article() with { Noise = -1 }));
        AssertRefused("A: must be", () => Oscillation.Create(Plans.Article() with { A = double.NaN }));
        AssertRefused("MinMax", () => Oscillation.Create(Plans.Article() with { A = 0, Noise = 0 }));
    }

    private static void AssertRefused(string message, Action create) => Assert.Contains(message, Assert.Throws<ArgumentException>(create).Message);
}
