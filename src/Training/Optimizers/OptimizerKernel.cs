using SweepCluster.Training.Kernels;
using SweepCluster.Training.Network;

namespace SweepCluster.Training.Optimizers;

/// <summary>One step of whichever optimizer the plan names, from the loss gradient in the parameters' memory; then the layers' copies.</summary>
internal static unsafe class OptimizerKernel<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>Adam's step, if θ may take it number by number as soon as a gradient is known.</summary>
    public static AdamStep? Early(TrainingPlan plan, long step, double rate) =>
        plan is { Optimizer: AdamPlan adam, ClipNorm: null } ? AdamStep.At(step, rate, adam, plan.Regularization) : null;

    /// <param name="step">Counted from 1 over all epochs.</param>
    /// <param name="rate">The schedule's at this step.</param>
    /// <param name="early">Of <see cref="Early"/>: what is left of it.</param>
    public static void Step(TrainingPlan plan, long step, double rate, ParameterMemory parameters, AdamStep? early = null)
    {
        if (early is { } begun)
        {
            Complete(begun, parameters);
            return;
        }

        var count = parameters.Count;
        if (plan.ClipNorm is { } limit) GradientClip<TLanes, TVector>.Apply(limit, parameters.Gradient, count);
        switch (plan.Optimizer)
        {
            case AdamPlan adam:
                Adam(AdamStep.At(step, rate, adam, plan.Regularization), parameters);
                break;
            case AdamWPlan adamW:
                Shrinkage<TLanes, TVector>.Decay((float)(1 - (rate * adamW.WeightDecay)), parameters.Theta, count);
                Adam(AdamStep.At(step, rate, adamW, plan.Regularization), parameters);
                break;
            case SgdPlan sgd:
                SgdKernel<TLanes, TVector>.Step(
                    SgdStep.At(rate, sgd, plan.Regularization), parameters.Theta, parameters.Gradient, parameters.First, count);
                break;
            case RmsPropPlan rmsProp:
                RmsPropKernel<TLanes, TVector>.Step(
                    RmsPropStep.At(rate, rmsProp, plan.Regularization), parameters.Theta, parameters.Gradient, parameters.First, parameters.Second, count);
                break;
            default:
                throw new ArgumentException($"{nameof(plan)}: knows no kernel for {plan.Optimizer.GetType().Name}");
        }

        parameters.RefreshCopies();
    }

    /// <summary>All of Adam that is left to do for a layer whose θ took the step <see cref="Early"/>.</summary>
    public static void Complete(in AdamStep step, LayerMemory layer)
    {
        Shrinkage<TLanes, TVector>.Threshold(step.Threshold, layer.Weights, layer.StoredCount);
        layer.RefreshCopy(); // while the first cache holds the weights
        layer.IsUpdated = true;
    }

    private static void Complete(in AdamStep step, ParameterMemory parameters)
    {
        foreach (var layer in parameters.Layers)
        {
            if (!layer.IsUpdated)
            {
                var o = layer.Offset;
                AdamKernel<TLanes, TVector>.Step(step, parameters.Theta + o, parameters.Gradient + o, parameters.First + o, parameters.Second + o, layer.StoredCount);
                Complete(step, layer);
            }

            layer.IsUpdated = false;
        }
    }

    private static void Adam(in AdamStep step, ParameterMemory parameters)
    {
        AdamKernel<TLanes, TVector>.Step(step, parameters.Theta, parameters.Gradient, parameters.First, parameters.Second, parameters.Count);
        Shrinkage<TLanes, TVector>.Threshold(step.Threshold, parameters.Theta, parameters.Count);
    }
}
