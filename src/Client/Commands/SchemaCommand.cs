using System.CommandLine;
using SweepCluster.Contracts;

namespace SweepCluster.Client.Commands;

/// <summary>sweep schema: what an editor needs to complete and check sweep files, or what a person reads.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var markdown = new Option<bool>("--markdown") { Description = "Print the reference for people instead: docs/sweep-file.md" };
        var command = new ExampledCommand(
            "schema", "Print the JSON Schema of a sweep file, for editors",
            "sweep schema > sweep.schema.json    # then begin a sweep file with: # yaml-language-server: $schema=sweep.schema.json",
            "sweep schema --markdown | less")
        { markdown };
        command.SetAction(parsed =>
        {
            Console.Out.WriteLine(parsed.GetValue(markdown) ? SweepFileReference.ToMarkdown() : SweepFileSchema.ToJson());
            return ExitCode.Done;
        });
        return command;
    }
}
