namespace SweepCluster.Client;

/// <summary>A file that holds a password, a token or a key.</summary>
internal static class SecretFile
{
    /// <summary>Says so where everybody may read it. A group may: that is how secrets reach the user of a container.</summary>
    public static void Check(string path)
    {
        if ((File.GetUnixFileMode(path) & UnixFileMode.OtherRead) != UnixFileMode.None)
            Console.Error.WriteLine($"sweep: other users of this machine can read {path}: chmod 600 {path}");
    }
}
