using System.CommandLine;
using SweepCluster.Contracts;

namespace SweepCluster.Client;

/// <summary>What somebody meant by a word that is no command and no option.</summary>
internal static class Suggestion
{
    public static string? For(string typed, Command command)
    {
        var words = typed.StartsWith('-')
            ? command.Options.Where(option => !option.Hidden).Select(option => option.Name)
            : command.Subcommands.Select(subcommand => subcommand.Name);
        return NearestWord.Of(typed, words);
    }
}
