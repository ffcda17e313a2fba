using System.Text;
using SweepCluster.Contracts.Keys;

namespace SweepCluster.Contracts;

/// <summary>The sweep file as a page to read. Made from the table of keys, as the JSON Schema is.</summary>
public static class SweepFileReference
{
    private const string Top = "top level";

    private static readonly string Head =
        """
        # The sweep file

        YAML in UTF-8, one mapping of sections. Every key has a default; an unknown key is an error that names the nearest known one and the
        place (`l2.yaml:14`). What a sweep was asked is frozen at launch: later defaults change nothing that is stored. `sweep schema`
        gives the same as JSON Schema for editors, `sweep plan FILE` shows what a file resolves to. This page is printed by
        `sweep schema --markdown`.

        ```yaml
        name: l2-visual-intuition
        seed: 42
        data: {kind: oscillation, points: 10000, split: {train: 0.7, validation: 0.3, test: 0}}
        model: {preset: notebook}
        training: {epochs: 50, batch: 64, optimizer: adam, learning_rate: 1e-3}
        snapshots: {every: 10}
        grid:
          regularization.l2: [1e-5, 5e-5, 1e-4, 5e-4, 1e-3, 1e-2, 1e-1, 1]
        ```

        ## grid

        Keys with dots and the values to try: every combination is a configuration, the last axis moves fastest, and each is trained
        `replicates` times. A key stands in the grid or in its section, not in both.

        | form | values |
        |---|---|
        | `[1e-5, 1e-4, 1e-3]`, `{values: [...]}` | these |
        | `{linspace: [0, 1, 11]}` | 11 evenly spaced numbers, both ends included |
        | `{logspace: [-5, 0, 6]}` | 6 powers of ten from 10⁻⁵ to 10⁰ |
        | `{range: [16, 128, 16]}` | from 16 to 128 in steps of 16 |

        ## search

        Draws configurations instead of walking them, each by its number and the seed alone: a longer search begins with the shorter
        one's, and a key that is added moves no other (random). Beside a grid, all of them are drawn at each of its points.

        ```yaml
        search:
          sampler: sobol
          configurations: 32
          space:
            regularization.l2: {log_uniform: [1e-6, 1e-2]}
            training.optimizer: {choice: [adam, sgd]}
            training.momentum: {uniform: [0, 0.99], when: {training.optimizer: sgd}}
            training.batch: {integer: [16, 256]}
        ```

        | key | value | default | meaning |
        |---|---|---|---|
        | `sampler` | `random` or `sobol` | `random` | random: independent; sobol: Sobol's sequence, scrambled by the seed, at most 21 keys |
        | `configurations` | a whole number >= 1 | | how many are drawn; each is trained `replicates` times |
        | `seed` | a whole number >= 0 | the sweep's | another seed draws others |
        | `space` | dotted keys and domains | | `uniform` and `log_uniform` for numbers (six digits), `integer` (both ends included), `choice` or a plain list |

        A domain with `when` applies only where the named keys have these values; elsewhere the key keeps what its section says. Keys it
        names are drawn above it, stand in the grid, or in their sections. A key is searched, or in the grid, not both.

        """;

    public static string ToMarkdown()
    {
        var page = new StringBuilder(Head);
        foreach (var section in SweepFileKeys.All.GroupBy(definition => definition.Key.Contains('.', StringComparison.Ordinal) ? definition.Key.Split('.')[0] : Top))
        {
            page.Append($"\n## {section.Key}\n\n| key | value | default | in the grid | meaning |\n|---|---|---|---|---|\n");
            foreach (var definition in section)
                page.Append(Row(definition, section.Key));
        }
        return page.ToString();
    }

    private static string Row(KeyDefinition definition, string section)
    {
        var key = section == Top ? definition.Key : definition.Key[(section.Length + 1)..];
        var meaning = definition.Unit is { } unit ? $"{definition.Description} Unit: {unit}." : definition.Description;
        return $"| `{key}` | {Cell(definition.Domain.Expected)} | {(definition.Default is { } text ? $"`{text}`" : "see there")} | {(definition.Sweepable ? "yes" : "no")} | {Cell(meaning)} |\n";
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
