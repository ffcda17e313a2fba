using SweepCluster.Store;

namespace SweepCluster.Client;

/// <summary>
/// Which store a command line and its environment name. A password comes from the environment or from a file: a command line is
/// there for every user of the machine to read.
/// </summary>
internal static class StoreName
{
    public const string Variable = "SWEEP_STORE";
    public const string FileVariable = "SWEEP_STORE_FILE";
    private const string FilePrefix = "file:";

    /// <returns>Null where nothing names a store: the private one is meant.</returns>
    /// <exception cref="UserMistake">No address, no such file, or a password in the wrong place. The message repeats no password.</exception>
    public static StoreAddress? Read(string? option)
    {
        if (option is not null)
        {
            var address = option.StartsWith(FilePrefix, StringComparison.Ordinal) ? InFile(option[FilePrefix.Length..], "--store") : Parse(option);
            if (address.HoldsSecret && !option.StartsWith(FilePrefix, StringComparison.Ordinal))
                throw new UserMistake($"--store: every user of this machine can read a password on a command line: put the address into {Variable}, or into a file for your eyes only (chmod 600) and name it in {FileVariable} or as --store file:PATH");
            return address;
        }
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named) return Parse(named);
        return Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } file ? InFile(file, FileVariable) : null;
    }

    private static StoreAddress InFile(string path, string from)
    {
        if (!File.Exists(path)) throw new UserMistake($"{from}: no file {path}; it should hold the store's address, postgresql://user:password@host/database");
        // An empty line or two of a secret's editor do no harm.
        if (File.ReadLines(path).Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) is not { } url)
            throw new UserMistake($"{from}: {path} is empty; it should hold the store's address, postgresql://user:password@host/database");
        var address = Parse(url);
        if (address.HoldsSecret) SecretFile.Check(path);
        return address;
    }

    private static StoreAddress Parse(string url)
    {
        try
        {
            return StoreAddress.Parse(url);
        }
        catch (FormatException e)
        {
            throw new UserMistake(e.Message);
        }
    }
}
