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
        using var interruption = new Interruption();
        try
        {
            var parsed = Parse(root, args);
            if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
                return SayParseErrors(parsed);

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

    // A rule of an option asks for its value, and the library throws where that is no number.
    private static ParseResult Parse(RootCommand root, string[] args)
    {
        try
        {
            return root.Parse(args);
        }
        catch (InvalidOperationException e)
        {
            throw new UserMistake($"{e.Message.Replace("as expected type 'System.Int32'", "as a whole number", StringComparison.Ordinal).Replace("as expected type 'System.Double'", "as a number", StringComparison.Ordinal)}");
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
            Console.Error.WriteLine($"sweep: unknown {kind} '{Redaction.Of(unknown)}'{suggestion}");
        }
        else
        {
            foreach (var error in parsed.Errors.Select(error => error.Message).Distinct())
                Console.Error.WriteLine($"sweep: {Redaction.Of(error)}");
        }
        Console.Error.WriteLine($"sweep: see `{Path(command)} --help`");
        return ExitCode.BadInput;
    }

    private static string Path(Command command) =>
        command is RootCommand ? CommandName.Text : $"{Path(command.Parents.OfType<Command>().First())} {command.Name}";

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
