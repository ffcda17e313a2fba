namespace SweepCluster.Cluster.Tests.Machines;

/// <summary>A file system of a few dozen megabytes that a test can fill.</summary>
internal sealed class SmallDisk : IDisposable
{
    public SmallDisk(int megabytes)
    {
        Folder = Directory.CreateTempSubdirectory("sweep-small-disk-").FullName;
        Shell.Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=777", "sweep-test", Folder);
    }

    public string Folder { get; }

    private string Filler => Path.Combine(Folder, "filler");

    public void Fill() => Shell.Try("dd", "if=/dev/zero", $"of={Filler}", "bs=64k");

    public void Free() => File.Delete(Filler);

    public void Dispose()
    {
        Shell.Try("umount", "-l", Folder);
        if (Directory.Exists(Folder)) Directory.Delete(Folder);
    }
}
