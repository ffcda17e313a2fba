using Microsoft.AspNetCore.Http;
using SweepCluster.Contracts;
using SweepCluster.Reports.Access;
using SweepCluster.Reports.Api;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Pages;

/// <summary>All trials of a sweep, by pages, with filters.</summary>
internal static class TrialsPage
{
    private static readonly (TrialOrder Order, string Name)[] Orders =
        [(TrialOrder.Grid, "In grid order"), (TrialOrder.Best, "Best first"), (TrialOrder.Validation, "Least validation loss first"), (TrialOrder.Training, "Least training loss first"), (TrialOrder.Seconds, "Quickest first"), (TrialOrder.Epochs, "Fewest epochs first")];

    public static string Of(HttpRequest request, ListedSweep sweep, IReadOnlyList<string> keys, Measures measures, RowPage<TrialRow> trials, Caller caller)
    {
        var address = $"/sweeps/{Uri.EscapeDataString(sweep.Id)}";
        return WebFrame.Of(
            $"Trials of {TextWidth.Fit(sweep.Name, 1, 50)}", caller,
            page =>
            {
                page.Open("p", "class", "kicker").Element("a", TextWidth.Fit(sweep.Name.Length > 0 ? sweep.Name : sweep.Id, 1, 60), "href", address).Close().Line();
                page.Element("h1", sweep.Trials == 1 ? "One trial" : $"{ListPage.Grouped(sweep.Trials)} trials").Line();
                page.Open("form", "method", "get", "role", "search", "class", "filters").Line();
                ListPage.WriteChoice(page, "State", "state", request.Query["state"].ToString(), Enum.GetNames<TrialState>().Select(state => (state, state)).Prepend(("", "Any")));
                foreach (var condition in request.Query["where"].DefaultIfEmpty(""))
                {
                    page.Open("label").Text("Hyperparameter").Line().Empty(
                        "input", "name", "where", "value", condition, "maxlength", "200", "placeholder", $"{keys.FirstOrDefault("regularization.l2")}<=0.1", "list", "keys").Close().Line();
                }

                page.Open("datalist", "id", "keys");
                foreach (var key in keys)
                    page.Empty("option", "value", $"{TextWidth.Fit(key, 1, 100)}=");
                page.Close().Line();
                ListPage.WriteChoice(page, "Order", "sort", request.Query["sort"].ToString(), Orders.Select(order => (order.Order.ToString(), order.Order == TrialOrder.Best && !measures.Objective.IsDefault ? $"Best {measures.Objective.Title} first" : order.Name)));
                page.Element("button", "Show", "type", "submit").Close().Line();
                if (trials.Rows.Count == 0)
                    page.Open("p", "class", "empty").Text("No trial fits. ").Element("a", "Show all trials", "href", $"{address}/trials").Close().Line();
                else
                    TrialRowsTable.Write(page, "Table of trials", keys, measures, trials.Rows, null, null);
                var (next, previous) = Query.Beside(request, trials, trial => $"{trial.Id}");
                ListPage.WritePages(page, request, next, previous);
            });
    }
}
