using System.Diagnostics;
using SweepCluster.Client.Tests.Running;

namespace SweepCluster.Client.Tests;

/// <summary>What Tab gives, in a real bash.</summary>
public sealed class CompletionTests
{
    private static readonly string Folder = Path.GetTempPath();

    [Theory]
    [InlineData("sweep rep", "report reports")]
    [InlineData("sweep re", "report reports resume retry")]
    [InlineData("sweep run --sl", "--slots")]
    [InlineData("sweep export l2 --table ", "fits losses metrics snapshots trials")]
    [InlineData("sweep query --format j", "json")]
    [InlineData("sweep completion ", "bash fish zsh")]
    [InlineData("sweep run exa", "")] // so bash offers files
    public async Task Bash_offers_what_may_follow(string typed, string offers)
    {
        var script = (await SweepProgram.RunAsync("/nonexistent", Folder, "completion", "bash")).Output;
        // bash calls the function with these variables set; `sweep` stands for the program under test.
        const string ask = """
            eval "$2"
            library=$3; sweep() { dotnet "$library" "$@"; }
            COMP_LINE=$1 COMP_POINT=${#1}
            read -ra COMP_WORDS <<< "$1"
            [[ $1 != *' ' ]] || COMP_WORDS+=('')
            COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
            _sweep_complete
            [[ ${#COMPREPLY[@]} == 0 ]] || printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' '
            """;
        var start = new ProcessStartInfo("bash", ["-c", ask, "bash", typed, script, Path.Combine(AppContext.BaseDirectory, "sweep.dll")]) { UseShellExecute = false, RedirectStandardOutput = true };
        using var bash = Process.Start(start)!;
        var offered = (await bash.StandardOutput.ReadToEndAsync()).Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => word.Trim().Length > 0).ToList();
        await bash.WaitForExitAsync();

        Assert.Equal(offers.Split(' ', StringSplitOptions.RemoveEmptyEntries), offered);
    }

    [Fact]
    public async Task Another_shell_is_named()
    {
        var result = await SweepProgram.RunAsync("/nonexistent", Folder, "completion", "tcsh");

        Assert.Equal((2, "sweep: no completion for 'tcsh'; there is one for bash, zsh, fish\n"), (result.Code, result.Error));
    }
}
