using SweepCluster.Contracts;
using SweepCluster.Programs.Keeping;
using SweepCluster.Programs.Owning;

namespace SweepCluster.Grains.Programs;

/// <summary>A folder of one attempt's own, named by its mark; only this user may look into it, and it goes when the attempt does.</summary>
internal sealed record ProgramPlace(string Folder)
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Mark => Path.GetFileName(Folder);

    /// <summary>Survives attempts: filled from the store.</summary>
    public string Checkpoint => Path.Combine(Folder, "checkpoint");

    /// <summary>For whatever the program wants to write beside.</summary>
    public string Scratch => Path.Combine(Folder, "scratch");

    public string Configuration => Path.Combine(Folder, "configuration.json");

    /// <param name="checkpoint">What an earlier attempt left.</param>
    /// <exception cref="InvalidDataException">That is no program's checkpoint.</exception>
    public void Create(byte[]? checkpoint, ProgramSpecification program)
    {
        foreach (var folder in (string[])[Folder, Checkpoint, Scratch]) Directory.CreateDirectory(folder, Own);
        File.WriteAllText(Configuration, program.SettingsJson());
        if (checkpoint is not null) CheckpointFolder.Unpack(checkpoint, Checkpoint);
    }

    public void Remove()
    {
        try
        {
            if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A name that is no UTF-8, for which .NET has no words.
            RemoveByName();
        }
    }

    private void RemoveByName()
    {
        try
        {
            BareProgram.Run("/bin/rm", ["-rf", "--", Folder], new Dictionary<string, string>(), "/");
        }
        catch (IOException)
        {
            // What even this cannot remove stands in the folder for temporary files; the trial is what it is.
        }
    }
}
