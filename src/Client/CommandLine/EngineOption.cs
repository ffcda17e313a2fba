using System.CommandLine;
using Microsoft.Extensions.Logging;
using SweepCluster.Grains.Engines;
using SweepCluster.Orleans;
using SweepCluster.Silo;
using SweepCluster.Store;

namespace SweepCluster.Client;

/// <summary>The option --engine: what connects this silo with the others.</summary>
internal static class EngineOption
{
    public static Option<string> Create()
    {
        var option = new Option<string>("--engine")
        {
            Description = "auto, orleans or built-in; auto takes Orleans where it is part of this build",
            HelpName = "ENGINE",
            DefaultValueFactory = _ => "auto",
        };
        option.AcceptOnlyFromAmong("auto", "orleans", "built-in");
        return option;
    }

    public static void Check(string name)
    {
        if (name == "orleans" && !OrleansEngine.IsPresent)
            throw new UserMistake($"--engine orleans: Orleans is not part of this build ({OrleansEngine.About}); use --engine built-in (same grains, same store)");
    }

    public static IEngine ToEngine(string name, Ledger ledger, ILoggerFactory loggers) =>
        (name == "built-in" ? null : OrleansEngine.Create(ledger, loggers)) ?? new BuiltInEngine(ledger);
}
