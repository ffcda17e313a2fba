using System.Globalization;
using SweepCluster.Reports.Rows;

namespace SweepCluster.Reports.Figures;

/// <summary>Which classes the best model takes for which, a map for each part.</summary>
internal static class ConfusionFigure
{
    // More classes have no room for their names.
    private const int MostClasses = 20;

    private static readonly (string Part, string Name)[] Parts = [("train", "Training part"), ("validation", "Validation part"), ("test", "Test part")];

    public static Figure? Of(TrialResult result, DataShape shape, string who)
    {
        var outputs = result.Outputs;
        var classes = shape.Classes;
        if (outputs.Part.Length == 0 || classes.Count is < 2 or > MostClasses || outputs.Part.Length % classes.Count != 0)
            return null;
        var counts = Parts.Select(part => (part.Part, part.Name, Counts: Count(outputs, classes.Count, part.Part))).Where(part => part.Counts.Cast<int>().Sum() > 0).ToArray();
        var ticks = classes.Select((label, k) => new Tick(k, Svg.TextWidth.Fit(label, 1, 16))).ToArray();
        var panels = counts.Select(part => Panel(part.Name, part.Counts, classes, ticks)).ToArray();
        return new Figure(
            "confusion",
            "Which classes are taken for which",
            who,
            "Rows of the table by their class (upwards) and by the class that the model gives the highest probability (to the right). "
            + "What stands on the rising diagonal is right; two cells that mirror each other across it are two classes that look alike.",
            panels,
            Columns: panels.Length > 1 ? 2 : 1);
    }

    private static int[,] Count(Outputs outputs, int classes, string part)
    {
        var counts = new int[classes, classes];
        for (var first = 0; first < outputs.Part.Length; first += classes)
        {
            if (outputs.Part[first] != part)
                continue;
            var (right, given) = (0, 0);
            for (var k = 0; k < classes; k++)
            {
                if (outputs.Target[first + k] > outputs.Target[first + right])
                    right = k;
                if (outputs.Prediction[first + k] > outputs.Prediction[first + given])
                    given = k;
            }

            counts[right, given]++;
        }

        return counts;
    }

    private static Panel Panel(string name, int[,] counts, IReadOnlyList<string> classes, Tick[] ticks)
    {
        var marks = new List<Mark>();
        for (var right = 0; right < classes.Count; right++)
        {
            var all = Math.Max(1, Enumerable.Range(0, classes.Count).Sum(given => counts[right, given]));
            for (var given = 0; given < classes.Count; given++)
            {
                var count = counts[right, given];
                marks.Add(new Tile(
                    $"{name}: {classes[right]} taken for {classes[given]}: {count}", Ink.Series(count / (double)all), given, right, 1, 1, count,
                    count.ToString(CultureInfo.InvariantCulture)));
            }
        }

        return new Panel(
            new Axis("given", -0.5, classes.Count - 0.5, ticks), new Axis("is", -0.5, classes.Count - 0.5, ticks), marks, $"{name}: {Right(counts)}", Math.Clamp(classes.Count * 0.16, 0.6, 1.2));
    }

    private static string Right(int[,] counts)
    {
        var all = counts.Cast<int>().Sum();
        var right = Enumerable.Range(0, counts.GetLength(0)).Sum(k => counts[k, k]);
        return $"{right} of {all} right ({(100.0 * right / all).ToString("0.#", CultureInfo.InvariantCulture)} %)";
    }
}
