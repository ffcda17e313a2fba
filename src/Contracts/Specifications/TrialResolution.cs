namespace SweepCluster.Contracts;

/// <summary>From dotted keys to the typed records a trainer reads.</summary>
internal static class TrialResolution
{
    public static TrialSpecification Resolve(Func<string, Value> value, ulong seed)
    {
        return new TrialSpecification(
            new DataSpecification(
                Word("data.kind"), Whole("data.points"), Number("data.a"), Number("data.b"), Number("data.c"), Real("data.noise"), Word("data.scale"),
                new SplitSpecification(Real("data.split.train"), Real("data.split.validation"), Real("data.split.test")),
                (ulong)((Value.Whole)value("data.seed")).Number),
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
                Real("regularization.l2"), Real("regularization.l1"),
                new DropoutSpecification(Real("regularization.dropout.p"), Word("regularization.dropout.evaluation"))),
            new SnapshotSpecification(Whole("snapshots.every")),
            seed);

        string Word(string key) => ((Value.Word)value(key)).Text;
        int Whole(string key) => checked((int)((Value.Whole)value(key)).Number);
        double Real(string key) => ((Value.Real)value(key)).Number;
        double? Number(string key) => value(key).AsNumber;
    }
}
