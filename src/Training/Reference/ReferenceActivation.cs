using System.Numerics;
using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Reference;

/// <summary>Activations one number at a time: in float through the kernels' polynomials, else through double.</summary>
internal static class ReferenceActivation
{
    public static T Value<T>(Activation activation, T z, T slope) where T : IFloatingPointIeee754<T> => activation switch
    {
        Activation.Linear => z,
        Activation.Relu => z > T.Zero ? z : T.Zero * z,
        Activation.LeakyRelu => z > T.Zero ? z : slope * z,
        Activation.Tanh => Tanh(z),
        Activation.Sigmoid => Logistic(z),
        _ => throw new ArgumentOutOfRangeException(nameof(activation)),
    };

    /// <summary>δ · f′(z), given a = f(z).</summary>
    public static T Derivative<T>(Activation activation, T a, T delta, T slope) where T : IFloatingPointIeee754<T> => activation switch
    {
        Activation.Linear => delta,
        Activation.Relu => a > T.Zero ? delta : T.Zero * delta,
        Activation.LeakyRelu => a > T.Zero ? delta : slope * delta,
        Activation.Tanh => delta * (T.One - (a * a)),
        Activation.Sigmoid => delta * (a * (T.One - a)),
        _ => throw new ArgumentOutOfRangeException(nameof(activation)),
    };

    public static T Exp<T>(T z) where T : IFloatingPointIeee754<T> => z is float single
        ? T.CreateChecked(Elementary<LanesScalar, float>.Exp(single))
        : T.CreateChecked(Precise.Exp(double.CreateChecked(z)));

    public static T Log<T>(T z) where T : IFloatingPointIeee754<T> => z is float single
        ? T.CreateChecked(Elementary<LanesScalar, float>.Log(single))
        : T.CreateChecked(Precise.Log(double.CreateChecked(z)));

    private static T Tanh<T>(T z) where T : IFloatingPointIeee754<T>
    {
        if (z is float single) return T.CreateChecked(Elementary<LanesScalar, float>.Tanh(single));
        var e = Precise.Exp(2 * double.CreateChecked(z));
        return T.CreateChecked(1 - (2 / (e + 1)));
    }

    private static T Logistic<T>(T z) where T : IFloatingPointIeee754<T>
    {
        if (z is float single) return T.CreateChecked(Elementary<LanesScalar, float>.Logistic(single));
        return T.CreateChecked(1 / (1 + Precise.Exp(-double.CreateChecked(z))));
    }
}
