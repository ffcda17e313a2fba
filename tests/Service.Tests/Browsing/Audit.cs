namespace SweepCluster.Service.Tests.Browsing;

/// <summary>Looks over a page for what some readers would stumble on.</summary>
internal static class Audit
{
    /// <summary>
    /// Gives one sentence for each fault: landmarks and headings, names of controls, ids, contrast by WCAG 2.2 AA (4.5, or 3 for large
    /// text and for curves), a page wider than the screen, pictures that did not load.
    /// </summary>
    public const string Script =
        """
        () => {
          const faults = [];
          const count = selector => document.querySelectorAll(selector).length;
          for (const [selector, name] of [['main', 'main'], ['body > header', 'banner'], ['body > footer', 'content information'], ['h1', 'heading of level 1']]) {
            if (count(selector) !== 1) faults.push(`expected one ${name}, found ${count(selector)}`);
          }
          if (!document.documentElement.lang) faults.push('no language');
          if (!document.title) faults.push('no title');

          const headings = [...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.localName[1]));
          headings.forEach((level, i) => { if (i > 0 && level > headings[i - 1] + 1) faults.push(`heading of level ${level} after ${headings[i - 1]}`); });

          const navs = [...document.querySelectorAll('nav, section, [role=region]')];
          for (const nav of navs) if (!nav.getAttribute('aria-label') && !nav.getAttribute('aria-labelledby')) faults.push(`a ${nav.localName} without a name: ${nav.className}`);
          for (const labelled of document.querySelectorAll('[aria-labelledby]')) {
            for (const id of labelled.getAttribute('aria-labelledby').split(' ')) if (!document.getElementById(id)) faults.push(`aria-labelledby names ${id}, which is not there`);
          }
          const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
          for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) faults.push(`the id ${id} stands twice`);

          for (const control of document.querySelectorAll('input:not([type=hidden]), select, textarea, button, a[href], summary')) {
            const name = control.getAttribute('aria-label') || control.textContent.trim() || control.labels?.[0]?.textContent.trim();
            if (!name) faults.push(`a ${control.localName} without a name`);
          }
          for (const picture of document.querySelectorAll('img')) {
            if (!picture.alt) faults.push(`a picture without words: ${picture.src}`);
            if (picture.complete && picture.naturalWidth === 0) faults.push(`a picture that did not load: ${picture.src}`);
          }
          if (document.documentElement.scrollWidth > document.documentElement.clientWidth + 1) faults.push(`the page is ${document.documentElement.scrollWidth} px wide on a screen of ${document.documentElement.clientWidth}`);

          const probe = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
          const rgba = colour => {
            probe.clearRect(0, 0, 1, 1);
            probe.fillStyle = colour;
            probe.fillRect(0, 0, 1, 1);
            return [...probe.getImageData(0, 0, 1, 1).data].map((v, i) => i === 3 ? v / 255 : v);
          };
          const over = (top, below) => top.slice(0, 3).map((v, i) => v * top[3] + below[i] * (1 - top[3])).concat(1);
          const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const contrast = (one, other) => { const [a, b] = [luminance(one), luminance(other)].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
          const dark = matchMedia('(prefers-color-scheme: dark)').matches;
          const ground = element => {
            const layers = [];
            for (let e = element; e; e = e.parentElement) layers.push(rgba(getComputedStyle(e).backgroundColor));
            return layers.reduceRight((below, layer) => over(layer, below), dark ? [18, 18, 18, 1] : [255, 255, 255, 1]);
          };
          const seen = new Set();
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const element = node.parentElement;
            if (!node.textContent.trim() || element.closest('.hidden, .skip, [hidden], datalist, option, noscript, script, title, desc, .tip, [aria-pressed=false]') || !element.checkVisibility({ checkOpacity: true })) continue;
            const style = getComputedStyle(element);
            const inFigure = element.closest('svg.sweep-figure');
            if (inFigure && element.closest('.tile-text, .mark')) continue; // colours on colours: the palette has tests of its own
            const ink = rgba(inFigure ? style.fill : style.color);
            const paper = inFigure ? rgba(getComputedStyle(inFigure.querySelector('.paper')).fill) : ground(element);
            if (element.closest('button:disabled')) continue;
            const size = parseFloat(style.fontSize);
            const needed = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
            const ratio = contrast(over(ink, paper), paper);
            const key = `${ink} ${paper} ${needed}`;
            if (ratio < needed && !seen.has(key)) {
              seen.add(key);
              faults.push(`contrast ${ratio.toFixed(2)} < ${needed}: "${node.textContent.trim().slice(0, 40)}" (${style.color} on ${paper.map(Math.round)})`);
            }
          }
          return faults;
        }
        """;
}
