namespace SweepCluster.Training.Random;

/// <summary>What random numbers are drawn for. Values are part of every θ hash: never renumber them.</summary>
internal enum Purpose : uint
{
    InitialWeights = 1,
    DataNoise = 2,
    DataCoefficients = 3,
    Split = 4,
    Shuffle = 5,
    TrainingDropout = 6,
    ValidationDropout = 7,
    TestDropout = 8,
    FitDropout = 9,
    MonteCarloDropout = 10,
    Augmentation = 11,
    TrainingRows = 12,
}

/// <summary>
/// The name of one sequence of random words: (seed, purpose, epoch, step, part) is the key and the upper 96 bits of the
/// counter of a Philox generator, the index its lowest 32. Different names never share a word.
/// </summary>
/// <param name="Part">What is left to tell apart: the layer, or layer + 256 · pass; below 2²⁴.</param>
internal readonly record struct RandomStream(ulong Seed, Purpose Purpose, uint Epoch = 0, uint Step = 0, uint Part = 0)
{
    /// <summary>Full strength.</summary>
    public const int Rounds = 10;

    /// <summary>The fewest that pass BigCrush (Salmon et al. 2011, table 2): for the millions of bits of dropout masks.</summary>
    public const int FastRounds = 7;

    public uint Key0 => (uint)Seed;

    public uint Key1 => (uint)(Seed >> 32);

    public uint Counter1 => Step;

    public uint Counter2 => Epoch;

    public uint Counter3 => ((uint)Purpose << 24) | Part;
}
