namespace SweepCluster.Contracts;

/// <summary>The spellings of the L2 penalty. Inside there is one convention, c·θ in the gradient; a spelling says what c is of λ.</summary>
public static class L2Form
{
    /// <summary>c = λ, the notebook's (PyTorch's <c>weight_decay</c>); the same number as <see cref="HalfSquare"/>.</summary>
    public const string Coupled = "coupled";

    /// <summary>(λ/2)‖θ‖²: c = λ.</summary>
    public const string HalfSquare = "half_square";

    /// <summary>λ‖θ‖²: c = 2λ.</summary>
    public const string Square = "square";

    /// <summary>(λ/2m)‖θ‖², m training rows: c = λ/m.</summary>
    public const string HalfMeanSquare = "half_mean_square";

    /// <summary>θ ← (1 − αλ/m)·θ, α the learning rate; the gradient knows nothing of it.</summary>
    public const string Decoupled = "decoupled";

    public static string[] Words => [Coupled, Square, HalfSquare, HalfMeanSquare, Decoupled];

    /// <summary>c of the coupled forms, 0 for <see cref="Decoupled"/>.</summary>
    /// <param name="rows">m.</param>
    /// <exception cref="FormatException">No such spelling.</exception>
    public static double Coupling(string form, double lambda, int rows) => form switch
    {
        Coupled or HalfSquare => lambda,
        Square => 2 * lambda,
        HalfMeanSquare => lambda / rows,
        Decoupled => 0,
        _ => throw new FormatException($"regularization.l2_form: this program does not know '{form}'"),
    };

    /// <summary>λ/m of <see cref="Decoupled"/>, 0 for the others.</summary>
    public static double Decay(string form, double lambda, int rows) => form == Decoupled ? lambda / rows : 0;

    /// <summary>As people write it: <c>(λ/2m)‖θ‖²</c>.</summary>
    public static string Formula(string form) => form switch
    {
        HalfSquare => "(λ/2)‖θ‖²",
        Square => "λ‖θ‖²",
        HalfMeanSquare => "(λ/2m)‖θ‖²",
        Decoupled => "θ ← (1 − αλ/m)·θ",
        _ => "λ·θ in the gradient",
    };
}
