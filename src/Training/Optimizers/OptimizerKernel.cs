using SweepCluster.Training.Kernels;
using SweepCluster.Training.Network;

namespace SweepCluster.Training.Optimizers;

/// <summary>One step of whichever optimizer the plan names, from the loss gradient in the parameters' memory; then the layers' copies.</summary>
/// <remarks>
/// In this order: clipping of the loss gradient; penalties that join it (norm, L1's subgradient; L2 does in the optimizer); decay
/// of θ; the optimizer; thresholding. Numbers do not talk to each other, so it is free to go over them in parts.
/// </remarks>
internal static unsafe class OptimizerKernel<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>Adam's step, if θ may take it number by number as soon as a gradient is known: nothing else wants it before, and all are shrunk alike.</summary>
    public static AdamStep? Early(TrainingPlan plan, long step, double rate) =>
        plan is { Optimizer: AdamPlan adam, ClipNorm: null, Regularization: { Norm: null, Decay: 0, Scope: PenaltyScope.All } penalty } && !penalty.IsSubgradient
            ? AdamStep.At(step, rate, adam, penalty) : null;

    /// <param name="step">Counted from 1 over all epochs.</param>
    /// <param name="rate">The schedule's at this step.</param>
    public static void Step(TrainingPlan plan, long step, double rate, ParameterMemory parameters)
    {
        var count = parameters.Count;
        var penalty = plan.Regularization;
        if (plan.ClipNorm is { } limit) GradientClip<TLanes, TVector>.Apply(limit, parameters.Gradient, count);
        penalty.Norm?.AddGradient(parameters);
        foreach (var run in parameters.RunsOf(penalty.Scope))
        {
            if (run.IsShrunk) Shrink(penalty, rate, (plan.Optimizer as AdamWPlan)?.WeightDecay ?? 0, parameters, run);
        }

        switch (plan.Optimizer)
        {
            case AdamPlan adam:
                Adam(AdamStep.At(step, rate, adam, penalty), penalty.Scope, parameters);
                break;
            case AdamWPlan adamW:
                Adam(AdamStep.At(step, rate, adamW, penalty), penalty.Scope, parameters);
                break;
            case SgdPlan sgd:
                Sgd(SgdStep.At(rate, sgd, penalty), penalty.Scope, parameters);
                break;
            case RmsPropPlan rmsProp:
                RmsProp(RmsPropStep.At(rate, rmsProp, penalty), penalty.Scope, parameters);
                break;
            default:
                throw new ArgumentException($"{nameof(plan)}: knows no kernel for {plan.Optimizer.GetType().Name}");
        }

        parameters.RefreshCopies();
    }

    /// <summary>All of Adam that is left to do for a layer whose θ took the step <see cref="Early"/>.</summary>
    public static void Complete(in AdamStep step, ParameterMemory parameters, LayerMemory layer)
    {
        Threshold(step, parameters, layer.Offset, layer.StoredCount);
        layer.RefreshCopy(); // while the first cache holds the weights
        layer.IsUpdated = true;
    }

    /// <summary>All that is left to do once the gradient is complete, of all layers.</summary>
    public static void Complete(in AdamStep step, ParameterMemory parameters)
    {
        foreach (var layer in parameters.Layers)
        {
            if (!layer.IsUpdated)
            {
                var o = layer.Offset;
                AdamKernel<TLanes, TVector>.Step(step, parameters.Theta + o, parameters.Gradient + o, parameters.First + o, parameters.Second + o, layer.StoredCount);
                Complete(step, parameters, layer);
            }

            layer.IsUpdated = false;
        }
    }

    private static void Adam(in AdamStep step, PenaltyScope scope, ParameterMemory p)
    {
        var bare = step.WithoutPenalty();
        foreach (var (at, count, isShrunk) in p.RunsOf(scope))
        {
            AdamKernel<TLanes, TVector>.Step(isShrunk ? step : bare, p.Theta + at, p.Gradient + at, p.First + at, p.Second + at, count);
            if (isShrunk) Threshold(step, p, at, count);
        }
    }

    private static void Threshold(in AdamStep step, ParameterMemory p, int at, int count)
    {
        if (step.Threshold > 0) Shrinkage<TLanes, TVector>.Threshold(step.Threshold, p.Theta + at, count);
        if (step.Pull > 0) Shrinkage<TLanes, TVector>.ScaledThreshold(step.Pull, step.Epsilon, p.Theta + at, p.Second + at, count);
    }

    private static void Sgd(in SgdStep step, PenaltyScope scope, ParameterMemory p)
    {
        var bare = step.WithoutPenalty();
        foreach (var (at, count, isShrunk) in p.RunsOf(scope))
            SgdKernel<TLanes, TVector>.Step(isShrunk ? step : bare, p.Theta + at, p.Gradient + at, p.First + at, count);
    }

    private static void RmsProp(in RmsPropStep step, PenaltyScope scope, ParameterMemory p)
    {
        var bare = step.WithoutPenalty();
        foreach (var (at, count, isShrunk) in p.RunsOf(scope))
            RmsPropKernel<TLanes, TVector>.Step(isShrunk ? step : bare, p.Theta + at, p.Gradient + at, p.First + at, p.Second + at, count);
    }

    /// <summary>What penalties do before any optimizer: the L1 subgradient of θ as it is, then the decays of it.</summary>
    /// <param name="weightDecay">AdamW's.</param>
    private static void Shrink(RegularizationPlan penalty, double rate, float weightDecay, ParameterMemory parameters, ParameterRun run)
    {
        float* theta = parameters.Theta + run.Offset, gradient = parameters.Gradient + run.Offset;
        if (penalty.IsSubgradient) Shrinkage<TLanes, TVector>.AddSign(penalty.L1, theta, gradient, run.Count);
        Shrinkage<TLanes, TVector>.Decay((float)(1 - (rate * penalty.Decay)), theta, run.Count);
        Shrinkage<TLanes, TVector>.Decay((float)(1 - (rate * weightDecay)), theta, run.Count);
    }
}
