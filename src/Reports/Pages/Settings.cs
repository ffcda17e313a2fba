using System.Globalization;
using SweepCluster.Contracts;

namespace SweepCluster.Reports.Pages;

/// <summary>What a specification's penalties and stopping rules mean, in sentences, for readers who spell them otherwise.</summary>
internal static class Settings
{
    /// <summary>About the whole sweep; empty where it uses none of it, or was written by a later version.</summary>
    public static IEnumerable<string> Of(string specification)
    {
        Specification? sweep;
        try
        {
            sweep = Specification.FromJson(specification);
        }
        catch (FormatException)
        {
            yield break;
        }

        if (Swept("regularization.l2").Any(IsOn))
            yield return "L2: " + string.Join("; ", Swept("regularization.l2_form").Select(form => Spelling(form.ToString()!, Rows(sweep)))) + ".";
        if (Swept("regularization.l1").Any(IsOn))
            yield return "L1: " + string.Join("; ", Swept("regularization.l1_step").Select(step => Step(step.ToString()!))) + ".";
        if (Swept("regularization.norm.strength").Any(IsOn))
        {
            yield return $"Norm: λ times the sum over the layers of ‖W‖ with p = {Words("regularization.norm.p")} within the weights that leave an input and "
                + $"q = {Words("regularization.norm.q")} over the inputs.";
        }

        if (Swept("regularization.applies_to").Any(scope => scope.ToString() == "weights"))
            yield return Swept("regularization.applies_to").Count() > 1 ? "Penalties shrink weights and biases, or weights alone, as the grid says." : "Penalties shrink weights alone, not biases.";

        IEnumerable<Value> Swept(string key) => sweep.ValuesOf(key);
        string Words(string key) => string.Join(" or ", Swept(key));
    }

    /// <summary>“half_mean_square, (λ/2m)‖θ‖²: λ/m·θ joins the gradient, m = 7,000 training rows”.</summary>
    public static string Spelling(string form, int? rows)
    {
        var m = rows is { } count ? $", m = {count.ToString("N0", CultureInfo.InvariantCulture)} training rows" : ", m training rows";
        return form switch
        {
            L2Form.Square => $"{form}, {L2Form.Formula(form)}: 2λ·θ joins the gradient",
            L2Form.HalfSquare => $"{form}, {L2Form.Formula(form)}: λ·θ joins the gradient",
            L2Form.HalfMeanSquare => $"{form}, {L2Form.Formula(form)}: λ/m·θ joins the gradient{m}",
            L2Form.Decoupled => $"{form}, {L2Form.Formula(form)} in the step itself, not through the gradient{m}",
            _ => $"{form}: λ·θ joins the gradient before the optimizer's moments, as in the notebook",
        };
    }

    private static string Step(string step) => step switch
    {
        "scaled" => "scaled, soft thresholding by λ times the optimizer's own step for each number: exact zeros where loss + λ‖θ‖₁ has them",
        "subgradient" => "subgradient, λ·sign(θ) joins the gradient: no exact zeros",
        _ => "proximal, soft thresholding by α·λ after each step: exact zeros; under Adam and RMSprop it is a weaker penalty than λ‖θ‖₁",
    };

    private static bool IsOn(Value value) => value.AsNumber > 0;

    /// <summary>m, where all configurations have the same.</summary>
    private static int? Rows(Specification sweep) =>
        sweep.SweptKeys.Any(key => key.StartsWith("data.", StringComparison.Ordinal)) || sweep.ConfigurationCount == 0 ? null : sweep.Resolve(sweep.ConfigurationAt(0), 0).TrainingRows;
}
