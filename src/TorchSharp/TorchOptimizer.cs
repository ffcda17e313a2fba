using SweepCluster.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SweepCluster.TorchSharp;

/// <summary>An <see cref="OptimizerPlan"/> as libtorch's optimizer. Our definitions are PyTorch's, so only names differ.</summary>
internal static class TorchOptimizer
{
    /// <summary>Whether λ·θ is not in the optimizer's own step: AdamW's decay is another one.</summary>
    public static bool LeavesOutL2(TrainingPlan plan) => plan.Optimizer is AdamWPlan && plan.Regularization.L2 > 0;

    /// <exception cref="ArgumentException">libtorch has no such optimizer.</exception>
    public static OptimizerHelper Of(TrainingPlan plan, IEnumerable<Parameter> parameters)
    {
        double decay = plan.Regularization.L2;
        return plan.Optimizer switch
        {
            AdamPlan adam => optim.Adam(parameters, adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon, decay),
            AdamWPlan adam => optim.AdamW(parameters, adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon, adam.WeightDecay),
            SgdPlan sgd => optim.SGD(parameters, sgd.LearningRate, sgd.Momentum, weight_decay: decay, nesterov: sgd.Nesterov && sgd.Momentum > 0),
            RmsPropPlan rms => optim.RMSProp(parameters, rms.LearningRate, rms.Rho, rms.Epsilon, decay, rms.Momentum),
            var other => throw new ArgumentException($"the torchsharp trainer does not know {other.GetType().Name}", nameof(plan)),
        };
    }
}
