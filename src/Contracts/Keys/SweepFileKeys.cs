using System.Collections.Frozen;

namespace SweepCluster.Contracts.Keys;

/// <summary>The table of everything a sweep file may say, beside its grid. A new hyperparameter starts with a line here.</summary>
internal static class SweepFileKeys
{
    /// <summary>The kinds of data.</summary>
    public const string Oscillation = "oscillation";
    public const string Csv = "csv";

    private const int MaxWidth = 4096;
    private static readonly string[] Activations = ["linear", "relu", "leaky_relu", "tanh", "sigmoid"];

    public static readonly IReadOnlyList<KeyDefinition> All =
    [
        new("name", new NameText(), null, "What the sweep is called in lists and folders. Default: the file's name.", Sweepable: false),
        new("seed", new WholeNumber(0, long.MaxValue), "0", "Seed of initial θ, batch order and dropout of replicate 0; the other replicates' seeds derive from it.", Sweepable: false),
        new("replicates", new WholeNumber(1, 10_000), "1", "Trials per configuration, each under its own seed.", Sweepable: false)
            { AlsoCalled = ["repeats", "seeds", "runs"] },

        new("data.kind", new Choice("oscillation", Csv), Oscillation, "oscillation: the generator y = sin(A·x)·(1 − cos(B·x))/exp(C·x) + ε on [0, 4π]. csv: a table of one's own.", Sweepable: false),
        new("data.points", new WholeNumber(2, 1_000_000), "10000", "oscillation: evenly spaced points, both ends included. csv: the table's rows; the file says how many.")
            { Unit = "points", AlsoCalled = ["n", "size", "samples", "rows"] },
        new("data.a", new RealNumber(Word: "draw"), "draw", "Coefficient A, or draw it from N(1, 0.5).") { OnlyFor = Oscillation },
        new("data.b", new RealNumber(Word: "draw"), "draw", "Coefficient B, or draw it from N(1, 0.5).") { OnlyFor = Oscillation },
        new("data.c", new RealNumber(Word: "draw"), "draw", "Coefficient C, or draw it from N(0, 0.1).") { OnlyFor = Oscillation },
        new("data.noise", new RealNumber(0), "0.1", "Standard deviation of ε, before scaling.") { OnlyFor = Oscillation, AlsoCalled = ["sigma", "std"] },
        new("data.file", new PathText(), null, "csv: the table, at most 64 MiB of UTF-8: a line that names the columns, then rows; fields are separated by comma, semicolon or tab. Launch keeps its content in the store, so silos need no shared disk.", Sweepable: false)
            { OnlyFor = Csv, AlsoCalled = ["path", "csv", "table"] },
        new("data.task", new Choice("regression", "classification"), "regression", "csv: the targets are numbers, or the labels of classes, for which the network has one output each and its loss is the cross-entropy.", Sweepable: false)
            { OnlyFor = Csv },
        new("data.targets", new NameList("a column", 256), null, "csv: the columns to predict; of labels one.", Sweepable: false)
            { OnlyFor = Csv, AlsoCalled = ["target", "y", "labels", "output", "outputs"] },
        new("data.inputs", new NameList("a column", 4096), null, "csv: the columns to predict from. Default: all others.", Sweepable: false)
            { OnlyFor = Csv, AlsoCalled = ["input", "x", "features", "columns"] },
        new("data.classes", new NameList("a label", 1000), null, "csv: the labels in the order of the network's outputs. Default: those found, numbers by size and words by their letters.", Sweepable: false)
            { OnlyFor = Csv },
        new("data.missing", new Choice("error", "mean", "median"), "error", "csv: an input cell that is empty, NA, N/A, NaN, null or ? is an error, or is filled with its column's mean or median over the training part. A target is never filled.")
            { OnlyFor = Csv, AlsoCalled = ["impute", "nan"] },
        new("data.sha256", new HashText(), null, "csv: SHA-256 of the file; given, it must be that of the file. Default: the file's.", Sweepable: false)
            { OnlyFor = Csv, AlsoCalled = ["hash", "checksum"] },
        new("data.scale", new Choice("minmax", "standard", "none"), "minmax", "oscillation: minmax maps y to [0, 1], noise and all. csv: inputs and targets, but no labels, to [0, 1] (minmax) or to mean 0 and deviation 1 (standard), fitted on the training part. none leaves them.")
            { AlsoCalled = ["scaling", "normalize"] },
        new("data.fraction", new RealNumber(0, 1, Above: true), "1", "Share of the training part that is trained on, for learning curves; the rows of a smaller share are among those of a larger one, and each replicate has its own.")
            { AlsoCalled = ["subset", "amount", "train_size"] },
        new("data.split.train", new RealNumber(0, 1, Above: true), "0.7", "Share of the rows to train on; the three shares add up to 1.")
            { AlsoCalled = ["training"] },
        new("data.split.validation", new RealNumber(0, 1, Above: true), "0.3", "Share of the rows to validate on after each epoch.")
            { AlsoCalled = ["val", "dev"] },
        new("data.split.test", new RealNumber(0, 1, Below: true), "0", "Share of the rows looked at once, at the end, by the best configuration."),
        new("data.split.column", new AnyText("the name of a column"), "none", "csv: a column that says train, validation or test of each row, instead of drawn shares; none to draw.", Sweepable: false)
            { OnlyFor = Csv, AlsoCalled = ["part", "by"] },
        new("data.seed", new WholeNumber(0, long.MaxValue), null, "Seed of the drawn coefficients, the noise and the split, the same for all replicates. Default: the sweep's seed."),

        new("model.preset", new Choice([.. Presets.Names]), "notebook", $"Values for the other keys of model, where they are not given. {Presets.Description}"),
        new("model.stem", new WholeNumber(1, MaxWidth, Word: "none"), null, "Width of a first linear layer without activation, or none. Default: the preset's."),
        new("model.hidden", new WidthList(MaxWidth, 64), null, "Widths of the hidden layers, first to last; [] for a linear model. Default: the preset's.")
            { AlsoCalled = ["layers", "widths", "hidden_layers"] },
        new("model.activation", new Choice(Activations), null, "Activation of the hidden layers. Default: the preset's."),
        new("model.slope", new RealNumber(0, 1), null, "Slope of leaky_relu below zero. Default: the preset's.") { AlsoCalled = ["alpha", "negative_slope"] },
        new("model.output", new Choice(Activations), null, "Activation of the output layer. Default: the preset's."),

        new("training.epochs", new WholeNumber(1, 1_000_000), "50", "Passes over the training data.") { Unit = "epochs", AlsoCalled = ["iterations"] },
        new("training.batch", new WholeNumber(1, 1_000_000), "64", "Rows per optimizer step; the last batch of an epoch takes what is left.")
            { Unit = "rows", AlsoCalled = ["batch_size"] },
        new("training.loss", new Choice("mse", "huber", "cross_entropy"), "mse", "Mean squared error, Huber's loss (d²/2 for |d| ≤ δ, else δ·(|d| − δ/2)), or the cross-entropy of softmax, −ln p of the right class, which classification takes by itself.") { AlsoCalled = ["criterion", "objective"] },
        new("training.huber_delta", new RealNumber(0, Above: true, Single: true), "1", "Huber's δ.") { AlsoCalled = ["delta"] },
        new("training.optimizer", new Choice("adam", "adamw", "sgd", "rmsprop"), "adam", "Adam, Adam with decoupled weight decay, gradient descent, or RMSprop; PyTorch's definitions."),
        new("training.learning_rate", new RealNumber(0, Above: true, Single: true), "1e-3", "Step size of the optimizer.") { AlsoCalled = ["lr", "rate", "eta", "step_size"] },
        new("training.beta1", new RealNumber(0, 1, Below: true, Single: true), "0.9", "Decay of Adam's first moment."),
        new("training.beta2", new RealNumber(0, 1, Below: true, Single: true), "0.999", "Decay of Adam's second moment."),
        new("training.epsilon", new RealNumber(0, Above: true, Single: true), "1e-8", "Added to the denominator of Adam and RMSprop.") { AlsoCalled = ["eps"] },
        new("training.weight_decay", new RealNumber(0, Single: true), "0", "AdamW's λ, decoupled: θ ← θ − lr·λ·θ before the step. The coupled penalty is regularization.l2.") { AlsoCalled = ["wd", "decay"] },
        new("training.momentum", new RealNumber(0, 1, Below: true, Single: true), "0", "Momentum μ of sgd and rmsprop, without dampening."),
        new("training.nesterov", new Choice("off", "on"), "off", "Nesterov's momentum in sgd."),
        new("training.rho", new RealNumber(0, 1, Below: true, Single: true), "0.99", "Decay of RMSprop's mean of squared gradients.") { AlsoCalled = ["alpha", "smoothing"] },
        new("training.clip_norm", new RealNumber(0, Above: true, Word: "none", Single: true), "none", "Greatest norm of a batch's gradient over all weights and biases; a greater one is scaled down to it.")
            { AlsoCalled = ["clip", "max_norm", "max_grad_norm", "clip_grad_norm", "gradient_clip_val", "clipnorm"] },
        new("training.trainer", new Choice("simd", "torchsharp"), "simd", "What computes: simd, the same bits on every machine, or torchsharp (libtorch), the same losses but for rounding, where it is installed.")
            { AlsoCalled = ["backend", "framework"] },
        new("training.schedule.kind", new Choice("constant", "step", "cosine"), "constant", "The learning rate over the epochs, after the warm-up: unchanged; times factor after each so many epochs; half a cosine down to its floor.")
            { AlsoCalled = ["name", "type", "scheduler"] },
        new("training.schedule.every", new WholeNumber(1, 1_000_000), "10", "Epochs between the drops of a step schedule.") { Unit = "epochs", AlsoCalled = ["step", "step_size", "period"] },
        new("training.schedule.factor", new RealNumber(0, 1, Above: true), "0.1", "What a drop of a step schedule multiplies the learning rate with.") { AlsoCalled = ["gamma", "decay"] },
        new("training.schedule.floor", new RealNumber(0, 1), "0", "Share of the learning rate that a cosine ends at, in the last epoch.") { AlsoCalled = ["eta_min", "min_lr", "minimum", "final"] },
        new("training.schedule.warmup", new RealNumber(0, 1_000_000), "0", "Epochs, fractions allowed, in which the learning rate rises step by step to its whole.")
            { Unit = "epochs", AlsoCalled = ["warm_up", "warmup_epochs"] },

        new("regularization.l2", new RealNumber(0, Single: true), "0", "λ of the L2 penalty, in the spelling that l2_form names.")
            { AlsoCalled = ["lambda", "weight_decay", "ridge"] },
        new("regularization.l2_form", new Choice(L2Form.Words), L2Form.Coupled, "What λ stands before. coupled: λ·θ joins the gradient before the optimizer's moments, as in the notebook; half_square: (λ/2)‖θ‖², the same thing; square: λ‖θ‖², so 2λ·θ; half_mean_square: (λ/2m)‖θ‖² of m training rows, so (λ/m)·θ; decoupled: θ ← (1 − αλ/m)·θ in the step itself.")
            { AlsoCalled = ["l2_spelling", "l2_kind", "convention"] },
        new("regularization.l1", new RealNumber(0, Single: true), "0", "λ of the L1 penalty λ‖θ‖₁, by the step that l1_step names.") { AlsoCalled = ["lasso"] },
        new("regularization.l1_step", new Choice("proximal", "scaled", "subgradient"), "proximal", "proximal: soft thresholding by α·λ after each step, right for sgd; scaled: by λ times the optimizer's own step size for each number, right for every optimizer; subgradient: λ·sign(θ) joins the gradient, which makes no zeros.")
            { AlsoCalled = ["l1_form", "l1_kind"] },
        new("regularization.applies_to", new Choice("all", "weights"), "all", "What l2, l1 and AdamW's weight_decay shrink: weights and biases, or weights alone.")
            { AlsoCalled = ["scope", "bias", "on"] },
        new("regularization.dropout.p", new RealNumber(0, 1) { PerLayer = true }, "0", "Share of the hidden units dropped in each step; kept units are divided by 1 − p.")
            { AlsoCalled = ["rate", "probability"] },
        new("regularization.dropout.keep_prob", new RealNumber(0, 1, Word: "none") { PerLayer = true }, "none", "Share of the hidden units kept, 1 − p; for those who count that way. Not beside p.")
            { AlsoCalled = ["keep", "keep_probability"] },
        new("regularization.dropout.evaluation", new Choice("off", "on"), "off", "Whether dropout stays on when losses and fits are computed: off is the standard, on is the notebook's."),

        new("regularization.dropout.passes", new WholeNumber(2, 10_000, Word: "auto"), "auto", "Monte Carlo dropout: passes with dropout on behind the mean and the spread of the fit. auto: 16 where evaluation is on, else none.")
            { AlsoCalled = ["monte_carlo", "mc_passes", "samples"] },
        new("regularization.norm.strength", new RealNumber(0, Single: true), "0", "λ of the penalty λ·Σ‖W‖ over the layers' weight matrices; the norm is L(p,q) = (Σⱼ(Σᵢ|wᵢⱼ|ᵖ)^(q/p))^(1/q), j over inputs, i over outputs.")
            { AlsoCalled = ["lambda", "weight", "frobenius"] },
        new("regularization.norm.p", new RealNumber(1, 64), "2", "p of that norm, within the weights that leave one input; p = q = 2 is the Frobenius norm."),
        new("regularization.norm.q", new RealNumber(1, 64), "2", "q of that norm, over the inputs; p = 2 with q = 1 gives up inputs as a whole."),

        new("augmentation.inputs", new RealNumber(0), "0", "Jitter: standard deviation of the normal noise on the inputs of the training rows, drawn anew each epoch, in units of x.")
            { AlsoCalled = ["x", "jitter"] },
        new("augmentation.targets", new RealNumber(0), "0", "The same on the targets, after scaling.") { AlsoCalled = ["y", "outputs", "labels"] },

        new("stopping.patience", new WholeNumber(1, 1_000_000, Word: "none"), "none", "Early stopping: a trial stops after so many epochs in a row without a new lowest validation loss, or a new best of its objective.")
            { Unit = "epochs", AlsoCalled = ["early_stopping", "early"] },
        new("stopping.min_change", new RealNumber(0), "0", "By how much a validation loss must be below the lowest before it (or an objective better than the best) to count as a new one.")
            { AlsoCalled = ["min_delta", "delta", "tolerance", "threshold"] },
        new("stopping.restore_best", new Choice("off", "on"), "off", "Whether a trial ends with the θ of its lowest validation loss, or of its best objective, instead of its last.")
            { AlsoCalled = ["restore_best_weights", "restore"] },
        new("stopping.rule", new Choice("none", "median", "asha"), "none", "Stopping by comparison with the sweep's other trials. median: worse at its best than half of the others on average; asha: asynchronous successive halving, not among the best 1/factor at a rung.", Sweepable: false)
            { AlsoCalled = ["pruner", "scheduler", "kind"] },
        new("stopping.grace", new WholeNumber(1, 1_000_000), "10", "Epochs that no rule takes from a trial: median looks each so many epochs, asha's rungs are at grace, grace·factor, grace·factor², ….", Sweepable: false)
            { Unit = "epochs", AlsoCalled = ["grace_period", "min_resource", "warmup", "every"] },
        new("stopping.factor", new WholeNumber(2, 100), "3", "Asha: of the trials that came to a rung one in so many goes on.", Sweepable: false) { AlsoCalled = ["reduction_factor", "eta"] },
        new("stopping.fewest", new WholeNumber(1, 1_000_000), "5", "Median: how many other trials must have come as far before it stops any.", Sweepable: false)
            { Unit = "trials", AlsoCalled = ["min_trials", "startup_trials"] },

        new("snapshots.every", new WholeNumber(1, 1_000_000), "10", "θ is kept each so many epochs; epoch 0 and the last are always kept.", Sweepable: false)
            { Unit = "epochs" },

        .. ProgramKeys.All,
    ];

    public static readonly FrozenDictionary<string, KeyDefinition> ByKey = All.ToFrozenDictionary(definition => definition.Key);

    /// <summary>The definition of a key of the table, or of one that people name themselves.</summary>
    public static KeyDefinition? Find(string key) => ByKey.GetValueOrDefault(key) ?? ProgramKeys.OwnKey(key);

    /// <summary>The definitions of some keys, in the order of the reference.</summary>
    public static IEnumerable<KeyDefinition> Of(IReadOnlyCollection<string> keys) =>
        All.Where(definition => keys.Contains(definition.Key)).Concat(keys.Order(StringComparer.Ordinal).Select(ProgramKeys.OwnKey).OfType<KeyDefinition>());

    /// <summary>Every proper prefix of a key: <c>data</c>, <c>data.split</c>, …</summary>
    public static readonly FrozenSet<string> Sections =
        All.SelectMany(definition => Prefixes(definition.Key)).Append(ProgramKeys.Own).ToFrozenSet();

    private static IEnumerable<string> Prefixes(string key)
    {
        for (var dot = key.IndexOf('.', StringComparison.Ordinal); dot > 0; dot = key.IndexOf('.', dot + 1))
            yield return key[..dot];
    }
}
