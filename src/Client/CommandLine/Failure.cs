using SweepCluster.Store;
using SweepCluster.Store.Embedded;

namespace SweepCluster.Client;

/// <summary>From an exception to words and an exit code. A stack trace is for our own mistakes, and only on request.</summary>
internal static class Failure
{
    private const string Trace = "SWEEP_TRACE";

    public static int Report(Exception exception, TextWriter error)
    {
        if (Environment.GetEnvironmentVariable(Trace) == "1")
            error.WriteLine(Redaction.Of($"{exception}"));
        var (code, text) = Explain(exception);
        foreach (var line in text.Split('\n'))
            error.WriteLine(Redaction.Of($"sweep: {line.TrimEnd()}"));
        return code;
    }

    private static (int Code, string Text) Explain(Exception exception) => exception switch
    {
        UserMistake => (ExitCode.BadInput, exception.Message),
        StoreException or PrivatePostgresException => (ExitCode.Unreachable, exception.Message),
        IOException or UnauthorizedAccessException => (ExitCode.BadInput, exception.Message),
        _ => (ExitCode.OurFault, $"this is a mistake of ours: {exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}\nset {Trace}=1 to see where, and please report it"),
    };
}
