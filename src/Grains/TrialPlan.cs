using SweepCluster.Contracts;
using SweepCluster.Training;

namespace SweepCluster.Grains;

/// <summary>A resolved specification in the words of Training.</summary>
/// <param name="Trainer">Its name.</param>
/// <param name="MonteCarloPasses">Behind the fit's mean and spread; null for the silo's usual number where evaluation is on, none else.</param>
public sealed record TrialPlan(DataPlan Data, TrainingPlan Training, int SnapshotsEvery, string Trainer = "simd", int? MonteCarloPasses = null)
{
    public StoppingSpecification Stopping { get; init; } = StoppingSpecification.None;

    /// <summary>The stored table behind <see cref="Data"/>; null where data are generated.</summary>
    public TableSpecification? Table { get; init; }

    /// <exception cref="FormatException">The specification uses what this program does not know.</exception>
    public static TrialPlan Of(TrialSpecification specification)
    {
        var (data, model, training, penalty) = (specification.Data, specification.Model, specification.Training, specification.Regularization);
        return new TrialPlan(
            DataOf(data),
            new TrainingPlan(
                new NetworkPlan(
                    specification.Inputs, model.Stem, model.Hidden, ActivationOf("model.activation", model.Activation), (float)model.Slope,
                    specification.Outputs, ActivationOf("model.output", model.Output)),
                training.Epochs, training.Batch,
                OptimizerOf(training),
                PenaltiesOf(penalty, specification.TrainingRows),
                specification.Seed)
            {
                Loss = training.Loss switch
                {
                    "mse" => LossPlan.MeanSquaredError,
                    "huber" => LossPlan.Huber((float)training.HuberDelta),
                    "cross_entropy" => LossPlan.CrossEntropy,
                    var other => throw Unknown("training.loss", other),
                },
                Schedule = ScheduleOf(training.Schedule),
                ClipNorm = (float?)training.ClipNorm,
                Fraction = data.Fraction,
                Augmentation = new AugmentationPlan(specification.Augmentation.Inputs, specification.Augmentation.Targets),
            },
            specification.Snapshots.Every, training.Trainer, penalty.Dropout is { Drops: true, Passes: { } passes } ? passes : null)
        {
            Table = data.Table,
            Stopping = specification.Stopping.Rule is "none" or "median" or "asha" ? specification.Stopping : throw Unknown("stopping.rule", specification.Stopping.Rule),
        };
    }

    private static DataPlan DataOf(DataSpecification data)
    {
        var scale = data.Scale switch
        {
            "minmax" => Scaling.MinMax,
            "standard" => Scaling.Standard,
            "none" => Scaling.None,
            _ => throw Unknown("data.scale", data.Scale),
        };
        var split = new SplitRatio(data.Split.Train, data.Split.Validation, data.Split.Test);
        return data.Kind switch
        {
            "oscillation" => new OscillationPlan(data.Points, data.A, data.B, data.C, data.Noise, scale, split, data.Seed),
            "csv" when data.Table is { } table => new TablePlan(Tables.NameOf(table), data.Points, scale, table.Missing switch
            {
                "error" => Imputation.None,
                "mean" => Imputation.Mean,
                "median" => Imputation.Median,
                _ => throw Unknown("data.missing", table.Missing),
            }, split, data.Seed),
            _ => throw Unknown("data.kind", data.Kind),
        };
    }

    private static RegularizationPlan PenaltiesOf(RegularizationSpecification penalty, int rows) =>
        new(
            (float)L2Form.Coupling(penalty.L2Form, penalty.L2, rows), (float)penalty.L1, penalty.Dropout.P,
            penalty.Dropout.Evaluation switch
            {
                "off" => DropoutEvaluation.Off,
                "on" => DropoutEvaluation.On,
                var other => throw Unknown("regularization.dropout.evaluation", other),
            })
        {
            Decay = (float)L2Form.Decay(penalty.L2Form, penalty.L2, rows),
            L1Step = penalty.L1Step switch
            {
                "proximal" => L1Step.Proximal,
                "scaled" => L1Step.Scaled,
                "subgradient" => L1Step.Subgradient,
                var other => throw Unknown("regularization.l1_step", other),
            },
            Norm = penalty.Norm.Strength > 0 ? new NormPenalty((float)penalty.Norm.Strength, penalty.Norm.P, penalty.Norm.Q) : null,
            Scope = penalty.AppliesTo switch
            {
                "all" => PenaltyScope.All,
                "weights" => PenaltyScope.Weights,
                var other => throw Unknown("regularization.applies_to", other),
            },
            DropoutByLayer = penalty.Dropout.ByLayer,
        };

    private static OptimizerPlan OptimizerOf(TrainingSpecification training)
    {
        var (rate, beta1, beta2, epsilon) = ((float)training.LearningRate, (float)training.Beta1, (float)training.Beta2, (float)training.Epsilon);
        return training.Optimizer switch
        {
            "adam" => new AdamPlan(rate, beta1, beta2, epsilon),
            "adamw" => new AdamWPlan(rate, beta1, beta2, epsilon, (float)training.WeightDecay),
            "sgd" => new SgdPlan(rate, (float)training.Momentum, training.Nesterov),
            "rmsprop" => new RmsPropPlan(rate, (float)training.Rho, epsilon, (float)training.Momentum),
            var other => throw Unknown("training.optimizer", other),
        };
    }

    private static SchedulePlan ScheduleOf(ScheduleSpecification schedule) => schedule.Kind switch
    {
        "constant" => new ConstantSchedule { Warmup = schedule.Warmup },
        "step" => new StepSchedule(schedule.Every, schedule.Factor) { Warmup = schedule.Warmup },
        "cosine" => new CosineSchedule(schedule.Floor) { Warmup = schedule.Warmup },
        var other => throw Unknown("training.schedule.kind", other),
    };

    private static Activation ActivationOf(string key, string name) => name switch
    {
        "linear" => Activation.Linear,
        "relu" => Activation.Relu,
        "leaky_relu" => Activation.LeakyRelu,
        "tanh" => Activation.Tanh,
        "sigmoid" => Activation.Sigmoid,
        _ => throw Unknown(key, name),
    };

    // A store may hold specifications of a later version of this program.
    private static FormatException Unknown(string key, string value) =>
        new($"{key}: this silo does not know '{value}'; update it, then retry the trial");
}
