using System.CommandLine;

namespace SweepCluster.Client.Commands;

/// <summary>sweep completion SHELL: the shell asks sweep itself what may follow, so nothing here grows old.</summary>
internal static class CompletionCommand
{
    private static readonly string[] Shells = ["bash", "zsh", "fish"];

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = $"One of {string.Join(", ", Shells)}", CompletionSources = { Shells } };
        var command = new ExampledCommand(
            "completion", "Print what a shell needs to complete sweep's commands and options",
            "sweep completion bash >> ~/.bashrc", "sweep completion zsh >> ~/.zshrc", "sweep completion fish > ~/.config/fish/completions/sweep.fish")
        { shell };
        command.SetAction(parsed =>
        {
            var name = parsed.GetRequiredValue(shell);
            if (!Shells.Contains(name))
                throw new UserMistake($"no completion for '{name}'; there is one for {string.Join(", ", Shells)}");
            using var script = new StreamReader(typeof(CompletionCommand).Assembly.GetManifestResourceStream($"SweepCluster.Client.Completion.sweep.{name}")!);
            Console.Out.Write(script.ReadToEnd());
            return ExitCode.Done;
        });
        return command;
    }
}
