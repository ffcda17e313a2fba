namespace SweepCluster.Contracts.Files;

/// <summary>Collects the problems of one file: all that a person can mend in one go, but never a screenful of the same.</summary>
internal sealed class ProblemList(string file)
{
    private const int Limit = 20;
    private readonly List<Problem> _problems = [];
    private int _left;

    public string File => file;

    public int Count => _problems.Count + _left;

    public bool Any => _problems.Count > 0;

    public void Add(Mark at, string text, bool withColumn = false)
    {
        if (_problems.Count < Limit)
            _problems.Add(new Problem(text, file, at.Line, withColumn ? at.Column : 0));
        else
            _left++;
    }

    /// <summary>One that says its own place.</summary>
    public void Add(Problem problem) => _problems.Add(problem);

    /// <summary>Nothing, where something is wrong already that may be the cause.</summary>
    public void AddOnce(Mark at, string text)
    {
        if (!Any)
            Add(at, text);
    }

    /// <summary>In the order of the file; those of other files after its own.</summary>
    public IReadOnlyList<Problem> ToList()
    {
        var sorted = _problems.OrderBy(problem => problem.File != file).ThenBy(problem => problem.File == file ? problem.Line : 0).ToList();
        if (_left > 0)
            sorted.Add(new Problem($"and {_left} more", file));
        return sorted;
    }
}
