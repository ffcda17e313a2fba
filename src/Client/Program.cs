using System.CommandLine;
using SweepCluster.Client;
using SweepCluster.Client.Commands;

var sweep = new RootCommand("Trains every configuration of a hyperparameter grid on a cluster of silos, and keeps all of it in PostgreSQL.")
{
    LaunchCommand.Create(),
    ListCommand.Create(),
    StatusCommand.Create(),
    ShowCommand.Create(),
    CancelCommand.Create(),
    QueryCommand.Create(),
    ExportCommand.Create(),
    ReportCommand.Create(),
    DoctorCommand.Create(),
    SchemaCommand.Create(),
};

return await Invocation.RunAsync(sweep, args);
