using SweepCluster.Contracts.Keys;

namespace SweepCluster.Contracts.Files;

/// <summary>What only several keys together can break where a program trains the trials, and keys that only such a sweep reads.</summary>
internal static class ProgramChecks
{
    public static void Run(Specification specification, IReadOnlyDictionary<string, Mark> marks, ProblemList problems)
    {
        Assembly(specification, marks, problems);
        if (!specification.HasProgram)
        {
            foreach (var (key, at) in marks.Where(mark => (mark.Key.StartsWith("trainer.", StringComparison.Ordinal) && !IsOfAssembly(specification, mark.Key)) || ProgramKeys.OwnKey(mark.Key) is not null).OrderBy(mark => mark.Value.Line))
                problems.Add(at, $"{key}: changes nothing without {ProgramKeys.Command}, which names the program that reads it");
            if (specification.Find("objective.metric")?.ToString() == "test")
                problems.Add(marks["objective.metric"], "objective.metric: test chooses nothing, for only the configuration that was chosen is looked at on the test part, once; choose by validation or training");
            else if (!specification.Objective.IsLoss)
                problems.Add(marks["objective.metric"], $"objective.metric: without {ProgramKeys.Command} trials are compared by validation or training, found {specification.Objective.Metric}");
            return;
        }
        if (marks.TryGetValue("training.trainer", out var trainer) && Values(specification, "training.trainer").Any(value => value.ToString() != "simd"))
            problems.Add(trainer, $"training.trainer: changes nothing beside {ProgramKeys.Command}, which names the program that trains; leave one of them out");
        if (marks.TryGetValue("stopping.restore_best", out var restore) && Values(specification, "stopping.restore_best").Any(value => value.ToString() == "on"))
            problems.Add(restore, "stopping.restore_best: a program keeps its parameters itself; leave it out, and report a snapshot of the best epoch");
        Placeholders(specification, ProgramKeys.Command, ((Value.Arguments)specification.Value(ProgramKeys.Command)).Texts, marks, problems);
        if (specification.Find("trainer.environment") is Value.Named environment)
            Placeholders(specification, "trainer.environment", environment.Entries.Select(entry => entry.Value), marks, problems);
    }

    private static bool IsOfAssembly(Specification specification, string key) =>
        key is ProgramKeys.Assembly or ProgramKeys.Type || (key == "trainer.cores" && specification.Assembly is not null);

    private static void Assembly(Specification specification, IReadOnlyDictionary<string, Mark> marks, ProblemList problems)
    {
        var (file, type) = (marks.TryGetValue(ProgramKeys.Assembly, out var fileAt), marks.TryGetValue(ProgramKeys.Type, out var typeAt));
        if (file != type)
            problems.Add(file ? fileAt : typeAt, $"{(file ? ProgramKeys.Assembly : ProgramKeys.Type)}: needs {(file ? ProgramKeys.Type : ProgramKeys.Assembly)} beside it");
        if (file && specification.HasProgram)
            problems.Add(fileAt, $"{ProgramKeys.Assembly}: a trial is trained by a command or by an assembly; leave one of them out");
        if (file && marks.TryGetValue("training.trainer", out var trainer) && Values(specification, "training.trainer").Any(value => value.ToString() != "simd"))
            problems.Add(trainer, $"training.trainer: changes nothing beside {ProgramKeys.Assembly}; leave one of them out");
    }

    private static void Placeholders(Specification specification, string key, IEnumerable<string> templates, IReadOnlyDictionary<string, Mark> marks, ProblemList problems)
    {
        foreach (var name in templates.SelectMany(Contracts.Placeholders.Names).Distinct())
        {
            if (specification.Search?.Keys.Any(searched => searched.Key == name && searched.When.Count > 0) == true && specification.Find(name) is null)
            {
                problems.Add(marks.GetValueOrDefault(key), $"{key}: {{{name}}} stands for nothing where its 'when' does not hold; give it a value outside the search too");
                continue;
            }
            if (Contracts.Placeholders.OfTrial.Contains(name) || specification.Find(name, specification.ConfigurationAt(0)) is not null)
                continue;
            problems.Add(marks.GetValueOrDefault(key), $"{key}: {{{name}}} stands for nothing"
                + (Near(specification, name) is { } near ? $"; did you mean {{{near}}}? For" : "; for") + $" the text itself write {{{{{name}}}}}");
        }
    }

    private static string? Near(Specification specification, string name)
    {
        var dot = name.LastIndexOf('.');
        var key = dot < 0 ? null : NearestKey.Of(name[..dot], name[(dot + 1)..]);
        return key is not null && specification.Find(key, specification.ConfigurationAt(0)) is not null ? key : NearestWord.Of(name, Contracts.Placeholders.OfTrial);
    }

    private static IEnumerable<Value> Values(Specification specification, string key) =>
        specification.ValuesOf(key);
}
