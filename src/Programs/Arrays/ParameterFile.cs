namespace SweepCluster.Programs.Arrays;

/// <summary>A trial's parameters as its program keeps them: one flat list of numbers, whatever framework wrote them.</summary>
public static class ParameterFile
{
    /// <summary>16 million numbers of 32 bits.</summary>
    public const int MostBytes = 64 * 1024 * 1024;

    /// <exception cref="InvalidDataException">The file cannot be read as what its name says, or holds what is no number. Names the file.</exception>
    public static float[] Read(string path)
    {
        try
        {
            var content = BoundedFile.Read(path, MostBytes);
            var numbers = Path.GetExtension(path) switch
            {
                ".npy" => NpyReader.Read(content),
                ".safetensors" => SafetensorsReader.Read(content),
                _ => throw new InvalidDataException("expected a file that ends in .npy or .safetensors"),
            };
            if (numbers.Length == 0) throw new InvalidDataException("it holds no numbers");
            for (var i = 0; i < numbers.Length; i++)
            {
                if (!float.IsFinite(numbers[i])) throw new InvalidDataException($"parameter {i} is {numbers[i]}");
            }
            return numbers;
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"snapshot {path}: {e.Message}", e);
        }
    }
}
