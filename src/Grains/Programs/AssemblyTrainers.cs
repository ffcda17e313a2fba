using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;
using SweepCluster.Contracts;
using SweepCluster.Programs.Arrays;
using SweepCluster.Training;

namespace SweepCluster.Grains.Programs;

/// <summary>
/// Trainers from assemblies of the user's, each in a load context of its own: what it brings along does not meet what the silo has, and
/// only the seam itself (SweepCluster.Training) is one and the same. It is code in the silo's process, so the operator's leave counts.
/// </summary>
public static class AssemblyTrainers
{
    private const long MostBytes = 1L << 30;

    // They stay: a context that can be unloaded is compiled once and for all, without what the runtime learns of its loops later.
    private static readonly ConcurrentDictionary<(string File, DateTime Written, string Type), Lazy<(ITrainer? Trainer, string? Problem)>> Loaded = new();

    /// <returns>The trainer, or why there is none: what was found, what was expected.</returns>
    public static (ITrainer? Trainer, string? Problem) Load(AssemblySpecification named)
    {
        if (!File.Exists(named.File)) return (null, $"trainer.assembly: no such file on this silo: {named.File}");
        var key = (named.File, File.GetLastWriteTimeUtc(named.File), named.Type);
        var loaded = Loaded.GetOrAdd(key, _ => new(() => Make(named.File, named.Type))).Value;
        if (loaded.Problem is not null) Loaded.TryRemove(key, out _); // what it lacked may have been put beside it by the next trial
        return loaded;
    }

    private static (ITrainer? Trainer, string? Problem) Make(string file, string typeName)
    {
        Type? type;
        try
        {
            type = new Context(file).LoadFromFile(file).GetType(typeName);
        }
        catch (Exception e)
        {
            return (null, $"trainer.assembly: {file} cannot be loaded as a .NET assembly: {e.Message}");
        }
        if (type is null) return (null, $"trainer.type: {Path.GetFileName(file)} has no type '{typeName}'; give its whole name, with its namespace");
        if (!typeof(ITrainer).IsAssignableFrom(type))
            return (null, $"trainer.type: {typeName} does not implement {typeof(ITrainer).FullName} of this version of the program; build it against this one");
        try
        {
            return (new CheckedTrainer((ITrainer)Activator.CreateInstance(type)!), null);
        }
        catch (Exception e)
        {
            return (null, $"trainer.type: {typeName} cannot be made without arguments: {(e.InnerException ?? e).Message}");
        }
    }

    /// <summary>Assemblies are read whole: one that is mapped and then built again, over the same file, would take the silo with it.</summary>
    private sealed class Context(string file) : AssemblyLoadContext(Path.GetFileName(file))
    {
        private readonly AssemblyDependencyResolver _resolver = new(file);

        public Assembly LoadFromFile(string path)
        {
            using var content = new MemoryStream(BoundedFile.Read(path, MostBytes));
            using var symbols = Symbols(Path.ChangeExtension(path, ".pdb"));
            return LoadFromStream(content, symbols);
        }

        // For file and line in what its exceptions tell.
        private static MemoryStream? Symbols(string path)
        {
            try
            {
                return File.Exists(path) ? new MemoryStream(BoundedFile.Read(path, MostBytes)) : null;
            }
            catch (InvalidDataException)
            {
                return null; // a trainer is one without them
            }
        }

        protected override Assembly? Load(AssemblyName assemblyName) =>
            assemblyName.Name == typeof(ITrainer).Assembly.GetName().Name ? null
            : _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromFile(path) : null;

        protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
            _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
    }
}
