using SweepCluster.Contracts.Keys;

namespace SweepCluster.Contracts;

/// <summary>From dotted keys to the typed records a trainer reads.</summary>
internal static class TrialResolution
{
    public static TrialSpecification Resolve(Func<string, Value> value, ulong seed, Objective objective)
    {
        var isTable = Word("data.kind") == SweepFileKeys.Csv;
        return new TrialSpecification(
            new DataSpecification(
                Word("data.kind"), Whole("data.points"), isTable ? null : Number("data.a"), isTable ? null : Number("data.b"), isTable ? null : Number("data.c"),
                isTable ? 0 : Real("data.noise"), Word("data.scale"),
                new SplitSpecification(Real("data.split.train"), Real("data.split.validation"), Real("data.split.test")),
                (ulong)((Value.Whole)value("data.seed")).Number)
            {
                Fraction = Real("data.fraction"),
                Table = isTable ? Table() : null,
            },
            new ModelSpecification(
                Word("model.preset"), value("model.stem") is Value.Whole { Number: var stem } ? (int)stem : null,
                ((Value.Widths)value("model.hidden")).Numbers, Word("model.activation"), Real("model.slope"), Word("model.output")),
            new TrainingSpecification(
                Whole("training.epochs"), Whole("training.batch"), Word("training.optimizer"), Real("training.learning_rate"),
                Real("training.beta1"), Real("training.beta2"), Real("training.epsilon"))
            {
                Trainer = Word("training.trainer"),
                WeightDecay = Real("training.weight_decay"),
                Momentum = Real("training.momentum"),
                Nesterov = Word("training.nesterov") == "on",
                Rho = Real("training.rho"),
                ClipNorm = Number("training.clip_norm"),
                Loss = Word("training.loss"),
                HuberDelta = Real("training.huber_delta"),
                Schedule = new ScheduleSpecification(
                    Word("training.schedule.kind"), Whole("training.schedule.every"), Real("training.schedule.factor"),
                    Real("training.schedule.floor"), Real("training.schedule.warmup")),
            },
            new RegularizationSpecification(
                Real("regularization.l2"), Real("regularization.l1"), Dropout())
            {
                L2Form = Word("regularization.l2_form"),
                L1Step = Word("regularization.l1_step"),
                Norm = new NormSpecification(Real("regularization.norm.strength"), Real("regularization.norm.p"), Real("regularization.norm.q")),
                AppliesTo = Word("regularization.applies_to"),
            },
            new SnapshotSpecification(Whole("snapshots.every")),
            seed)
        {
            Augmentation = new AugmentationSpecification(Real("augmentation.inputs"), Real("augmentation.targets")),
            Stopping = new StoppingSpecification(
                WholeOrNone("stopping.patience"), Real("stopping.min_change"), Word("stopping.restore_best") == "on",
                Word("stopping.rule"), Whole("stopping.grace"), Whole("stopping.factor"), Whole("stopping.fewest"))
            {
                Objective = objective,
            },
        };

        TableSpecification Table() => new(
            Word("data.file"), Word("data.sha256"), Names("data.inputs"), Names("data.targets"),
            Word("data.task") == "classification" ? Names("data.classes") : [], Word("data.missing"), Word("data.split.column") is not "none" and var column ? column : null);

        DropoutSpecification Dropout()
        {
            var rates = value("regularization.dropout.keep_prob") is Value.Word ? value("regularization.dropout.p") : Dropped(value("regularization.dropout.keep_prob"));
            return new DropoutSpecification((rates as Value.Real)?.Number ?? 0, Word("regularization.dropout.evaluation"))
            {
                ByLayer = (rates as Value.Rates)?.Numbers,
                Passes = WholeOrNone("regularization.dropout.passes"),
            };
        }

        IReadOnlyList<string> Names(string key) => ((Value.Words)value(key)).Texts;
        string Word(string key) => ((Value.Word)value(key)).Text;
        int Whole(string key) => checked((int)((Value.Whole)value(key)).Number);
        double Real(string key) => ((Value.Real)value(key)).Number;
        int? WholeOrNone(string key) => value(key) is Value.Whole { Number: var number } ? checked((int)number) : null;
        double? Number(string key) => value(key).AsNumber;
    }

    // 1 − 0.8 is 0.2 to people, and 0.19999999999999996 to doubles.
    private static Value Dropped(Value kept) => kept is Value.Rates { Numbers: var numbers }
        ? new Value.Rates([.. numbers.Select(keep => Math.Round(1 - keep, 12))])
        : new Value.Real(Math.Round(1 - ((Value.Real)kept).Number, 12));
}
