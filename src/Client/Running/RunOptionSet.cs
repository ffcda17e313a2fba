using System.CommandLine;

namespace SweepCluster.Client.Running;

/// <summary>The options that run and resume share.</summary>
internal sealed class RunOptionSet
{
    private readonly Option<string?> _folder = new("--out") { Description = "Report folder; an earlier report in it is replaced [default: reports/NAME-ID]", HelpName = "DIR" };
    private readonly Option<int?> _slots = SlotsOption.Create();
    private readonly Option<string?> _store = StoreSession.Option();
    private readonly Option<bool> _json = new("--json") { Description = "Write events as JSON lines to standard output instead of the table" };

    public void AddTo(Command command)
    {
        command.Add(_folder);
        command.Add(_slots);
        command.Add(_store);
        command.Add(_json);
    }

    /// <param name="programs">What trials' programs may be.</param>
    public RunOptions Of(ParseResult parsed, params IReadOnlyList<string> programs) => new(parsed.GetValue(_slots), parsed.GetValue(_folder), parsed.GetValue(_store), parsed.GetValue(_json), programs);
}
