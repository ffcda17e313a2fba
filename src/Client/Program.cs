using System.CommandLine;
using SweepCluster.Client;
using SweepCluster.Client.Commands;

var sweep = new RootCommand("Trains every configuration of a hyperparameter grid on a cluster of silos, and keeps all of it in PostgreSQL.")
{
    PlanCommand.Create(),
    RunCommand.Create(),
    ResumeCommand.Create(),
    LaunchCommand.Create(),
    SiloCommand.Create(),
    ListCommand.Create(),
    StatusCommand.Create(),
    WatchCommand.Create(),
    ShowCommand.Create(),
    BestCommand.Create(),
    DiffCommand.Create(),
    PauseCommand.Create(),
    PriorityCommand.Create(),
    CancelCommand.Create(),
    RetryCommand.Create(),
    VerifyCommand.Create(),
    LogsCommand.Create(),
    QueryCommand.Create(),
    ExportCommand.Create(),
    ImportCommand.Create(),
    ParamsCommand.Create(),
    ReportCommand.Create(),
    ReportsCommand.Create(),
    RmCommand.Create(),
    PruneCommand.Create(),
    DbCommand.Create(),
    BenchCommand.Create(),
    DoctorCommand.Create(),
    SchemaCommand.Create(),
    CompletionCommand.Create(),
};

sweep.SetAction(_ => sweep.Parse("--help").Invoke());

return await Invocation.RunAsync(sweep, args);
