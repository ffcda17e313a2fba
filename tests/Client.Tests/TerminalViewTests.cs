using SweepCluster.Client.Progress;
using SweepCluster.Contracts;

namespace SweepCluster.Client.Tests;

public sealed class TerminalViewTests : IDisposable
{
    private static readonly ProgressSnapshot Snapshot = new(
        "x", 2, 0, 0, 1, 10, TimeSpan.FromSeconds(1), null, [new TrialProgress("l2=1", 1, 5, 0.5, 0.6), new TrialProgress("l2=2", 0, 5, null, null)], null);

    private readonly StringWriter _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void The_picture_is_drawn_over_itself_and_what_ended_stays_above_it()
    {
        using (var view = new TerminalView(_terminal, () => 60, colour: false))
        {
            view.Tick(Snapshot);
            view.Ended(new TrialId(1), TrialState.Completed, Snapshot.Running[0], null, Snapshot with { Running = [Snapshot.Running[1]] });
        }

        Assert.Equal(["x", "  l2=1  epoch 1/5", "  l2=2  epoch 0/5"], Lines(0).Select(line => line.Split("  training")[0].Split("  ━")[0]));
        Assert.Equal(["completed  l2=1  1/5  0.5  0.6", "x", "  l2=2  epoch 0/5"], Lines(1).Select(line => line.Split("  training")[0].Split("  ━")[0]));
        Assert.EndsWith("\e[2A\r\e[J\e[?25h", _terminal.ToString()); // the picture is gone and the cursor is back
    }

    [Fact]
    public void A_terminal_made_narrower_is_cleared_of_the_lines_it_wrapped()
    {
        var width = 60;
        using var view = new TerminalView(_terminal, () => width, colour: false);
        view.Tick(Snapshot);
        var lengths = Lines(0).Select(line => line.Length).ToList();

        width = 25;
        view.Tick(Snapshot);

        Assert.All(lengths, length => Assert.InRange(length, 26, 60));
        Assert.Contains($"\e[{lengths.Sum(length => (length + 24) / 25)}A\r", _terminal.ToString());
    }

    [Fact]
    public void Without_colour_no_colour_is_sent()
    {
        using (var view = new TerminalView(_terminal, () => 60, colour: false))
            view.Ended(new TrialId(1), TrialState.Failed, Snapshot.Running[0], "NaN", Snapshot);

        Assert.DoesNotMatch(@"\e\[\d+m", _terminal.ToString());
    }

    [Fact]
    public void An_error_is_said_in_full_however_narrow_the_terminal()
    {
        var error = "training loss became NaN at epoch 3: lower training.learning_rate";

        var line = TrialLine.Of(TrialState.Failed, Snapshot.Running[0], error, width: 20, colour: true);

        Assert.StartsWith("\e[31mfailed\e[0m  l2=1", line);
        Assert.EndsWith(error, line);
    }

    /// <summary>The lines of the n-th picture, without what moves the cursor.</summary>
    private List<string> Lines(int picture) =>
        [.. _terminal.ToString().Split("\e[J")[picture].Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Replace("\e[K", "").Replace("\e[?25l", "").Replace("\e[3A\r", ""))];
}
