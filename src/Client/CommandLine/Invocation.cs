using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SweepCluster.Client;

/// <summary>Runs a command line: arguments in, exit code out, and every way to fail in its own words.</summary>
internal static class Invocation
{
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        UseHelpWithExamples(root);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
            return SayParseErrors(parsed);

        using var interruption = new Interruption();
        try
        {
            // Both are ours: signals belong to Interruption, exceptions to Failure.
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(configuration, interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("sweep: interrupted");
            return ExitCode.Interrupted;
        }
        catch (Exception e)
        {
            return Failure.Report(e, Console.Error);
        }
    }

    private static int SayParseErrors(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is [var unknown, ..])
        {
            // The other errors are what this word made the parser think.
            var kind = unknown.StartsWith('-') ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
            var suggestion = Suggestion.For(unknown, command) is { } near ? $"; did you mean {near}?" : "";
            Console.Error.WriteLine($"sweep: unknown {kind} '{unknown}'{suggestion}");
        }
        else
        {
            foreach (var error in parsed.Errors.Select(error => error.Message).Distinct())
                Console.Error.WriteLine($"sweep: {error}");
        }
        Console.Error.WriteLine($"sweep: see `{Path(command)} --help`");
        return ExitCode.BadInput;
    }

    private static string Path(Command command) => command is RootCommand ? CommandName.Text : $"{CommandName.Text} {command.Name}";

    private static void UseHelpWithExamples(RootCommand root)
    {
        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithExample((HelpAction)help.Action!);
    }

    private sealed class HelpWithExample(HelpAction help) : SynchronousCommandLineAction
    {
        private const string Name = "sweep"; // every example begins with it

        public override int Invoke(ParseResult parseResult)
        {
            var code = help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is ExampledCommand { Examples: var examples })
            {
                var output = parseResult.InvocationConfiguration.Output;
                output.WriteLine(examples.Count == 1 ? "Example:" : "Examples:");
                foreach (var example in examples)
                    output.WriteLine($"  {CommandName.Text}{example[Name.Length..]}");
                output.WriteLine();
            }
            return code;
        }
    }
}

/// <summary>A command whose help shows how it is used.</summary>
internal sealed class ExampledCommand(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;
}
