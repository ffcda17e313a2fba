using SweepCluster.Training.Kernels;
using SweepCluster.Training.Optimizers;

namespace SweepCluster.Training.Reference;

/// <summary>Every optimizer one number at a time, for reading; the kernels give the same bits. Its state begins at 0.</summary>
internal sealed class ReferenceOptimizer(TrainingPlan plan)
{
    /// <summary>Adam's m, or momentum.</summary>
    public float[] First { get; } = new float[plan.Network.ParameterCount];

    /// <summary>The mean of g².</summary>
    public float[] Second { get; } = new float[plan.Network.ParameterCount];

    private readonly bool[] _isShrunk = Shrinks(plan);

    /// <param name="step">Counted from 1 over all epochs.</param>
    /// <param name="gradient">Of the loss, without penalty; left clipped.</param>
    public void Step(long step, int batches, float[] theta, float[] gradient)
    {
        var rate = plan.RateAt(step, batches);
        if (plan.ClipNorm is { } limit) Clip(gradient, limit);
        if (plan.Regularization.Norm is { } norm) AddNorm(norm, theta, gradient);
        if (plan.Regularization is { L1Step: L1Step.Subgradient, L1: var lambda })
        {
            for (var i = 0; i < theta.Length; i++) gradient[i] += _isShrunk[i] && theta[i] != 0 ? MathF.CopySign(lambda, theta[i]) : 0;
        }

        if (plan.Regularization.Decay > 0) Decay(theta, (float)(1 - (rate * plan.Regularization.Decay)));
        switch (plan.Optimizer)
        {
            case AdamPlan adam: ReferenceAdam.Step(AdamStep.At(step, rate, adam, plan.Regularization), theta, gradient, First, Second, _isShrunk); break;
            case AdamWPlan adamW:
                Decay(theta, (float)(1 - (rate * adamW.WeightDecay)));
                ReferenceAdam.Step(AdamStep.At(step, rate, adamW, plan.Regularization), theta, gradient, First, Second, _isShrunk);
                break;
            case SgdPlan sgd: Sgd(SgdStep.At(rate, sgd, plan.Regularization), theta, gradient); break;
            case RmsPropPlan rmsProp: RmsProp(RmsPropStep.At(rate, rmsProp, plan.Regularization), theta, gradient); break;
            default: throw new ArgumentException($"{nameof(plan)}: knows no reference for {plan.Optimizer.GetType().Name}");
        }
    }

    private void Decay(float[] theta, float factor)
    {
        if (factor == 1) return;
        for (var i = 0; i < theta.Length; i++)
        {
            if (_isShrunk[i]) theta[i] = ReferenceAdam.FlushedParameter(theta[i] * factor);
        }
    }

    private unsafe void AddNorm(NormPenalty norm, float[] theta, float[] gradient)
    {
        fixed (float* t = theta, g = gradient)
        {
            foreach (var layer in plan.Network.Layers)
                norm.AddGradient(t + layer.WeightOffset, g + layer.WeightOffset, layer.Outputs, layer.Inputs, layer.Inputs, 1);
        }
    }

    private static bool[] Shrinks(TrainingPlan plan)
    {
        var shrinks = new bool[plan.Network.ParameterCount];
        Array.Fill(shrinks, true);
        if (plan.Regularization.Scope == PenaltyScope.All) return shrinks;
        foreach (var layer in plan.Network.Layers) shrinks.AsSpan(layer.BiasOffset, layer.Outputs).Clear();
        return shrinks;
    }

    private void Sgd(in SgdStep penalized, float[] theta, float[] gradient)
    {
        for (var i = 0; i < theta.Length; i++)
        {
            var step = _isShrunk[i] ? penalized : penalized.WithoutPenalty();
            var g = MathF.FusedMultiplyAdd(step.Decay, theta[i], gradient[i]);
            if (step.Momentum > 0)
            {
                First[i] = ReferenceAdam.Flushed(MathF.FusedMultiplyAdd(step.Momentum, First[i], g));
                g = step.Nesterov ? MathF.FusedMultiplyAdd(step.Momentum, First[i], g) : First[i];
            }

            theta[i] = ReferenceAdam.FlushedParameter(MathF.FusedMultiplyAdd(-step.Rate, g, theta[i]));
            if (step.Threshold > 0) theta[i] = ReferenceAdam.Shrunk(theta[i], step.Threshold);
        }
    }

    private void RmsProp(in RmsPropStep penalized, float[] theta, float[] gradient)
    {
        for (var i = 0; i < theta.Length; i++)
        {
            var step = _isShrunk[i] ? penalized : penalized.WithoutPenalty();
            var g = MathF.FusedMultiplyAdd(step.Decay, theta[i], gradient[i]);
            var s = MathF.Abs(g) < Tiny.Squared ? 0 : g;
            Second[i] = ReferenceAdam.Flushed(MathF.FusedMultiplyAdd(step.Rho, Second[i], step.Gain * s * s));
            var change = g / (MathF.Sqrt(Second[i]) + step.Epsilon);
            if (step.Momentum > 0) change = First[i] = ReferenceAdam.Flushed(MathF.FusedMultiplyAdd(step.Momentum, First[i], change));
            theta[i] = ReferenceAdam.FlushedParameter(MathF.FusedMultiplyAdd(-step.Rate, change, theta[i]));
            if (step.Threshold > 0) theta[i] = ReferenceAdam.Shrunk(theta[i], step.Threshold);
            if (step.Pull > 0) theta[i] = ReferenceAdam.Shrunk(theta[i], step.Pull / (MathF.Sqrt(Second[i]) + step.Epsilon));
        }
    }

    private void Clip(float[] gradient, float limit)
    {
        var factor = ClipRule.Factor(Squares(gradient, 1), Squares(gradient, ClipRule.Down), limit);
        if (factor == 1) return;
        for (var i = 0; i < gradient.Length; i++) gradient[i] *= factor;
    }

    /// <summary>Lanes by the columns of the weights as they are stored, then by the place of a bias.</summary>
    private float Squares(float[] gradient, float scale)
    {
        var lanes = new float[Padding.Lanes];
        var layers = plan.Network.Layers;
        var second = plan.ResolvedPath == TrainingPath.PiecewiseLinear ? plan.Network.Stem is null ? 1 : 2 : -1;
        for (var l = 0; l < layers.Count; l++)
        {
            var layer = layers[l];
            var isNarrow = l == layers.Count - 1 && layer.Outputs <= 4;
            var byInput = l == second || (layer.Inputs < Padding.Lanes && !isNarrow);
            for (var row = 0; row < (byInput ? layer.Inputs : layer.Outputs); row++)
            {
                for (var column = 0; column < (byInput ? layer.Outputs : layer.Inputs); column++)
                {
                    var (output, input) = byInput ? (column, row) : (row, column);
                    Add(column, gradient[layer.WeightOffset + (output * layer.Inputs) + input]);
                }
            }

            for (var o = 0; o < layer.Outputs; o++) Add(o, gradient[layer.BiasOffset + o]);
        }

        return ReferenceSums.Fold(lanes);

        void Add(int column, float number)
        {
            var g = number * scale;
            if (MathF.Abs(g) < Tiny.Squared) g = 0;
            ref var lane = ref lanes[column % Padding.Lanes];
            lane = MathF.FusedMultiplyAdd(g, g, lane);
        }
    }
}
