namespace SweepCluster.Reports.Pages;

/// <summary>The style sheet of report pages.</summary>
internal static class PageStyle
{
    public static string Text => Rules.ReplaceLineEndings("\n") + "\n";

    private const string Rules =
        """
        :root{color-scheme:light dark;--paper:#fff;--soft:#f4f6f7;--text:#1c2127;--quiet:#56616b;--rule:#d9dee2;--mark:#9b2f1c;--best:#fdf3e3}
        @media (prefers-color-scheme:dark){:root{--paper:#14171c;--soft:#1b2027;--text:#e8eaed;--quiet:#a3adb7;--rule:#323a44;--mark:#f29a80;--best:#2b2418}}
        *{box-sizing:border-box}
        body{margin:0 auto;padding:2.5rem 1.25rem 4rem;max-width:55rem;background:var(--paper);color:var(--text);font:1rem/1.55 ui-sans-serif,system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
        h1{margin:.1em 0 .5em;font-size:clamp(1.5rem,5vw,2.25rem);line-height:1.15;letter-spacing:-.015em;overflow-wrap:anywhere;max-height:7em;overflow-y:auto}
        h1.long{font-size:1.2rem;line-height:1.35}
        h2{margin:2.6rem 0 .8rem;font-size:1.25rem}
        a{color:var(--mark)}
        .kicker{margin:0;color:var(--quiet);font-size:.9rem}
        .finding{border-left:3px solid var(--mark);padding-left:1rem;max-width:44rem}
        .finding p{margin:.35em 0;color:var(--quiet)}
        .finding p:first-child{font-size:1.15rem;color:var(--text)}
        .scroll{overflow-x:auto}
        .scroll:focus-visible{outline:2px solid var(--mark);outline-offset:4px}
        table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums;white-space:nowrap}
        th,td{padding:.36rem .55rem;text-align:right;border-bottom:1px solid var(--rule)}
        th:first-child,td:first-child{padding-left:.4rem}
        th{font-weight:600;white-space:normal;color:var(--quiet);vertical-align:bottom}
        .best td{background:var(--best);font-weight:600}
        .badge{color:var(--mark);font-weight:600}
        .unfinished td{color:var(--quiet)}
        .reasons{padding-left:1.2rem;color:var(--mark);font-size:.9rem;overflow-wrap:anywhere}
        .hash{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;font-size:.8rem}
        figure{margin:0 0 3rem}
        figure svg{display:block;width:100%;height:auto;min-width:34rem}
        figcaption{max-width:44rem;margin-top:.6rem;padding-left:1rem;color:var(--quiet);font-size:.94rem}
        figcaption p{margin:.3em 0;overflow-wrap:anywhere}
        .note{color:var(--mark)}
        .file{font-size:.8rem}
        .contents{columns:2 16rem;padding-left:1.2rem;margin:0 0 2rem;font-size:.94rem}
        .facts{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.2rem;margin:0;font-variant-numeric:tabular-nums}
        .facts dt{color:var(--quiet)}
        .facts dd{margin:0;overflow-wrap:anywhere}
        @media (max-width:34rem){.facts{grid-template-columns:1fr;gap:0}.facts dd{margin-bottom:.6rem}}
        pre{padding:1rem;background:var(--soft);border-radius:6px;overflow-x:auto;font-size:.82rem;line-height:1.45}
        summary{cursor:pointer}
        footer{margin-top:3rem;border-top:1px solid var(--rule);color:var(--quiet);font-size:.9rem}
        @media print{
        :root{--paper:#fff;--soft:#f4f6f7;--text:#000;--quiet:#444;--rule:#ccc;--mark:#9b2f1c;--best:#fdf3e3}
        @page{margin:16mm}
        body{max-width:none;padding:0;font-size:10pt}
        figure,tr{break-inside:avoid}
        h2{break-after:avoid}
        .scroll{overflow:visible}
        table{font-size:7.5pt;white-space:normal}
        th,td{padding:.2rem .35rem}
        figure{margin-bottom:7mm}
        figure svg{min-width:0;max-width:128mm}
        figcaption{font-size:8.5pt;line-height:1.35;margin-top:0}
        .file,details,nav{display:none}
        }
        """;
}
