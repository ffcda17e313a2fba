using System.CommandLine;
using SweepCluster.Silo;

namespace SweepCluster.Client;

/// <summary>How a process that lives long writes its log.</summary>
internal sealed class LogOptions
{
    private const string Text = "text";
    private const string Json = "json";

    public Option<string> Format { get; } = CreateFormat();

    public Option<string?> File { get; } = new("--log-file")
    {
        Description = $"Write the log to this file too; a new one each day and each {Numbers.Bytes(new LogStyle().FileBytes)}, the last {SiloLog.FilesKept} are kept",
        HelpName = "FILE",
    };

    public LogStyle Of(ParseResult parsed)
    {
        var file = parsed.GetValue(File);
        if (file is not null && Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && !Directory.Exists(folder))
            throw new UserMistake($"--log-file: {folder} is no directory; create it, or name another file");
        return new LogStyle(parsed.GetRequiredValue(Format) == Json, file);
    }

    private static Option<string> CreateFormat()
    {
        var option = new Option<string>("--log-format")
        {
            Description = $"The log on standard error and in the file: {Text} for people, {Json} (an object a line) for collectors [default: {Text}]",
            HelpName = $"{Text}|{Json}",
            DefaultValueFactory = _ => Text,
            CustomParser = result =>
            {
                if (result.Tokens[^1].Value is not (Text or Json)) result.AddError($"--log-format must be {Text} or {Json}, found '{result.Tokens[^1].Value}'");
                return result.Tokens[^1].Value;
            },
        };
        option.CompletionSources.Clear();
        option.CompletionSources.Add(Text, Json);
        return option;
    }
}
