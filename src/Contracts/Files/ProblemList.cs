namespace SweepCluster.Contracts.Files;

/// <summary>Collects the problems of one file: all that a person can mend in one go, but never a screenful of the same.</summary>
internal sealed class ProblemList(string file)
{
    private const int Limit = 20;
    private readonly List<Problem> _problems = [];
    private int _left;

    public bool Any => _problems.Count > 0;

    public void Add(Mark at, string text, bool withColumn = false)
    {
        if (_problems.Count < Limit)
            _problems.Add(new Problem(text, file, at.Line, withColumn ? at.Column : 0));
        else
            _left++;
    }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<Problem> ToList()
    {
        var sorted = _problems.OrderBy(problem => problem.Line).ToList();
        if (_left > 0)
            sorted.Add(new Problem($"and {_left} more", file));
        return sorted;
    }
}
