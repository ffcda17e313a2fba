using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;
using SweepCluster.Contracts;
using SweepCluster.Training;

namespace SweepCluster.Grains.Programs;

/// <summary>
/// Trainers from assemblies of the user's, each in a load context of its own: what it brings along does not meet what the silo has, and
/// only the seam itself (SweepCluster.Training) is one and the same. It is code in the silo's process, so the operator's leave counts.
/// </summary>
public static class AssemblyTrainers
{
    private static readonly ConcurrentDictionary<(string File, DateTime Written, string Type), Lazy<(ITrainer? Trainer, string? Problem)>> Loaded = new();

    /// <returns>The trainer, or why there is none: what was found, what was expected.</returns>
    public static (ITrainer? Trainer, string? Problem) Load(AssemblySpecification named) => File.Exists(named.File)
        ? Loaded.GetOrAdd((named.File, File.GetLastWriteTimeUtc(named.File), named.Type), key => new(() => Make(key.File, key.Type))).Value
        : (null, $"trainer.assembly: no such file on this silo: {named.File}");

    private static (ITrainer? Trainer, string? Problem) Make(string file, string typeName)
    {
        try
        {
            var type = new Context(file).LoadFromAssemblyPath(file).GetType(typeName);
            return type is null ? (null, $"trainer.type: {Path.GetFileName(file)} has no type '{typeName}'; give its whole name, with its namespace")
                : !typeof(ITrainer).IsAssignableFrom(type) ? (null, $"trainer.type: {typeName} does not implement {typeof(ITrainer).FullName} of this version of the program; build it against this one")
                : ((ITrainer)Activator.CreateInstance(type)!, null);
        }
        catch (Exception e) when (e is BadImageFormatException or FileLoadException or FileNotFoundException or TypeLoadException)
        {
            return (null, $"trainer.assembly: {file} cannot be loaded as a .NET assembly: {e.Message}");
        }
        catch (Exception e) when (e is MissingMethodException or TargetInvocationException or MemberAccessException)
        {
            return (null, $"trainer.type: {typeName} cannot be made without arguments: {(e.InnerException ?? e).Message}");
        }
    }

    private sealed class Context(string file) : AssemblyLoadContext(Path.GetFileName(file))
    {
        private readonly AssemblyDependencyResolver _resolver = new(file);

        protected override Assembly? Load(AssemblyName assemblyName) =>
            assemblyName.Name == typeof(ITrainer).Assembly.GetName().Name ? null
            : _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;

        protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
            _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
    }
}
