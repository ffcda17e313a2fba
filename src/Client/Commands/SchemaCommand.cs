using System.CommandLine;
using SweepCluster.Contracts;

namespace SweepCluster.Client.Commands;

/// <summary>sweep schema: what an editor needs to complete and check sweep files.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var command = new ExampledCommand(
            "schema", "Print the JSON Schema of a sweep file, for editors",
            "sweep schema > sweep.schema.json    # then begin a sweep file with: # yaml-language-server: $schema=sweep.schema.json");
        command.SetAction(_ =>
        {
            Console.Out.WriteLine(SweepFileSchema.ToJson());
            return ExitCode.Done;
        });
        return command;
    }
}
