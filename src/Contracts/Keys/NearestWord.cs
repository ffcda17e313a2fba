namespace SweepCluster.Contracts;

/// <summary>Finds what somebody meant: the fewest letters to change, insert, drop or swap.</summary>
public static class NearestWord
{
    /// <summary>The nearest of <paramref name="words"/>, or null when none is near: at most a third of the letters may differ.</summary>
    public static string? Of(string typed, IEnumerable<string> words)
    {
        if (typed.Length > 80)
            return null;
        var (best, distance) = words
            .Select(word => (word, Distance(typed.ToLowerInvariant(), word.ToLowerInvariant())))
            .DefaultIfEmpty((word: "", int.MaxValue))
            .MinBy(pair => pair.Item2);
        return distance <= Math.Max(1, Math.Max(typed.Length, best.Length) / 3) ? best : null;
    }

    /// <summary>Damerau and Levenshtein's distance with adjacent swaps.</summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var substitution = rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                rows[i, j] = Math.Min(substitution, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        return rows[a.Length, b.Length];
    }
}
