// The script of the report service. Everything can be read without it; with it figures answer to pointer and keys, and pages
// of what is being trained stay up to date. No library, no inline style, nothing from elsewhere.
'use strict';

(() => {
  const SVG = 'http://www.w3.org/2000/svg';
  const HOVER_REACH = 40; // pixels of the figure
  const RENEW_AT_MOST_EVERY = 4000; // milliseconds
  const RENEW_CURVES_EVERY = 12000; // while trials go on and none ends

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const shape = (name, attributes) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const number = value => {
    if (value === null || value === undefined) return '–';
    if (typeof value === 'string') return value === 'Infinity' ? '∞' : value === '-Infinity' ? '−∞' : value;
    const size = Math.abs(value);
    const text = size === 0 || (size >= 1e-3 && size < 1e6) ? String(Number(value.toPrecision(4))) : value.toExponential(2);
    return text.replaceAll('-', '−');
  };
  const named = (label, value) => {
    const raised = label.startsWith('log10') && typeof value === 'number' ? ` (${number(10 ** value)})` : '';
    return `${label} ${number(value)}${raised}`;
  };

  // ---------------------------------------------------------------- figures

  class Figure {
    constructor(host) {
      this.host = host;
      this.frame = host.querySelector('.scroll');
      this.address = host.dataset.figure;
      this.off = new Set();
      this.views = null; // by panel, once zoomed
      this.sheet = null;
      this.here = null;
    }

    dataAddress() {
      const [path, query] = this.address.split('?');
      return `${path.replace(/\.svg$/, '.json')}?${query ? `${query}&` : ''}points=700`;
    }

    async draw() {
      const answer = await fetch(this.address);
      if (!answer.ok) return false;
      const text = await answer.text();
      if (text === this.text) return true;
      // The style sheet moves out of the picture: the page's policy allows no style element, but a sheet that a script made.
      const [, style = ''] = /<style>([^<]*)<\/style>/.exec(text) ?? [];
      const parsed = new DOMParser().parseFromString(text.replace(/<style>[^<]*<\/style>/, ''), 'image/svg+xml').documentElement;
      if (parsed.namespaceURI !== SVG || parsed.localName !== 'svg') return false;
      this.text = text;
      this.json = null;
      this.show(document.importNode(parsed, true), style);
      return true;
    }

    show(svg, style) {
      if (!this.sheet) {
        this.sheet = new CSSStyleSheet();
        document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.sheet];
      }
      this.style = style;
      this.sheet.replaceSync(style);

      const title = svg.querySelector(':scope > title');
      const words = svg.querySelector(':scope > desc');
      svg.setAttribute('role', 'group');
      svg.setAttribute('aria-label', `${title ? title.textContent : 'Figure'}. Arrow keys read its values, plus and minus zoom.`);
      svg.removeAttribute('aria-labelledby');
      svg.setAttribute('tabindex', '0');
      for (const own of svg.querySelectorAll('title')) own.remove(); // the browser's tooltips would cover ours
      if (words && !this.host.querySelector('figcaption > p:not(.file)')) {
        this.host.querySelector('figcaption').prepend(element('p', {}, words.textContent));
      }

      const focused = this.svg && this.svg.contains(document.activeElement);
      (this.svg || this.frame.querySelector('img')).replaceWith(svg);
      this.svg = svg;
      this.panels = [...svg.querySelectorAll('g.panel')];
      this.first = this.panels.map(panel => ({
        grid: panel.querySelector('path.grid')?.getAttribute('d'),
        ticks: panel.querySelector('path.ticks')?.getAttribute('d'),
        labels: [...(panel.querySelector('g.tick-labels')?.cloneNode(true).childNodes ?? [])],
        name: nameOf(panel)?.getAttribute('x'),
      }));
      this.views = null;
      this.listen();
      this.makeLegend();
      this.makeTools();
      if (focused) svg.focus({ preventScroll: true });
    }

    listen() {
      const svg = this.svg;
      svg.addEventListener('pointermove', event => this.point(event));
      svg.addEventListener('pointerleave', () => this.leave());
      svg.addEventListener('pointerdown', event => this.press(event));
      svg.addEventListener('dblclick', () => this.whole());
      svg.addEventListener('keydown', event => this.key(event));
      svg.addEventListener('blur', () => this.leave());
    }

    async numbers() {
      if (!this.json) this.json = fetch(this.dataAddress()).then(answer => (answer.ok ? answer.json() : null)).catch(() => null);
      return this.json;
    }

    // ---- legend

    makeLegend() {
      for (const entry of this.svg.querySelectorAll('.legend-entry')) {
        const ink = entry.classList[1];
        if (!ink || !this.svg.querySelector(`.mark.${ink}`)) continue;
        const box = entry.getBBox();
        entry.prepend(shape('rect', { class: 'hit', x: box.x - 2, y: box.y - 2, width: box.width + 4, height: box.height + 4 }));
        entry.setAttribute('role', 'button');
        entry.setAttribute('tabindex', '0');
        entry.setAttribute('aria-label', `Show ${entry.textContent}`);
        const toggle = event => {
          event.preventDefault();
          event.stopPropagation();
          if (!this.off.delete(ink)) this.off.add(ink);
          this.applyLegend();
        };
        entry.addEventListener('click', toggle);
        entry.addEventListener('pointerdown', event => event.stopPropagation());
        entry.addEventListener('keydown', event => { if (event.key === 'Enter' || event.key === ' ') toggle(event); });
      }
      this.applyLegend();
    }

    applyLegend() {
      for (const entry of this.svg.querySelectorAll('.legend-entry[role]')) {
        const isOff = this.off.has(entry.classList[1]);
        entry.classList.toggle('off', isOff);
        entry.setAttribute('aria-pressed', String(!isOff));
      }
      for (const mark of this.svg.querySelectorAll('.mark')) mark.classList.toggle('off', this.off.has(mark.classList[1]));
    }

    // ---- values under the pointer

    place(event) {
      for (const [index, panel] of this.panels.entries()) {
        const matrix = panel.getScreenCTM();
        if (!matrix) continue;
        const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
        const { width, height } = this.size(index);
        if (at.x >= 0 && at.x <= width && at.y >= 0 && at.y <= height) return { index, x: at.x, y: at.y };
      }
      return null;
    }

    size(index) {
      const frame = this.panels[index].querySelector('rect.frame');
      return { width: Number(frame.getAttribute('width')), height: Number(frame.getAttribute('height')) };
    }

    view(index, data) {
      const { x, y } = data.panels[index];
      return this.views?.[index] ?? { x: [x.low, x.high], y: [y.low, y.high] };
    }

    /** Every value of a panel that can be pointed at, in pixels of the panel. */
    spots(index, data) {
      const { width, height } = this.size(index);
      const view = this.view(index, data);
      const px = x => ((x - view.x[0]) / (view.x[1] - view.x[0])) * width;
      const py = y => height - ((y - view.y[0]) / (view.y[1] - view.y[0])) * height;
      const panel = data.panels[index];
      const spots = [];
      panel.marks.forEach((mark, order) => {
        if (this.off.has(mark.ink)) return;
        const add = (x, y, texts, reach = {}) => spots.push({ mark, order, x, y, texts: [mark.name, ...texts], ...reach });
        switch (mark.kind) {
          case 'line': case 'dots':
            mark.x.forEach((x, i) => { if (mark.y[i] !== null && x !== null) add(px(x), py(mark.y[i]), [named(panel.x.label, x), named(panel.y.label, mark.y[i])]); });
            break;
          case 'band':
            mark.x.forEach((x, i) => { if (mark.high[i] !== null) add(px(x), py(mark.high[i]), [named(panel.x.label, x), `${number(mark.low[i])} to ${number(mark.high[i])}`]); });
            break;
          case 'ridge':
            mark.x.forEach((x, i) => { if (mark.height[i] !== null) add(px(x), py(mark.base + mark.scale * mark.height[i]), [named(panel.x.label, x), `height ${number(mark.height[i])}`]); });
            break;
          case 'point':
            if (mark.y !== null) add(px(mark.x), py(mark.y), [named(panel.x.label, mark.x), named(panel.y.label, mark.y)]);
            break;
          case 'beyond':
            add(px(mark.x), 8, [named(panel.x.label, mark.x), 'beyond the axis: infinite']);
            break;
          case 'level':
            add(width / 2, py(mark.y), [named(panel.y.label, mark.y)], { wide: true });
            break;
          case 'whisker':
            add(px(mark.x), py((mark.low + mark.high) / 2), [`${number(mark.low)} to ${number(mark.high)}`], { tall: Math.abs(py(mark.low) - py(mark.high)) / 2 });
            break;
          case 'tile':
            if (mark.value !== null) {
              add(px(mark.x), py(mark.y), [number(mark.value)], {
                half: [Math.abs(px(mark.x + mark.width / 2) - px(mark.x)), Math.abs(py(mark.y + mark.height / 2) - py(mark.y))],
              });
            }
            break;
          case 'bar':
            add(px(mark.x / 2), py(mark.y), [named(panel.x.label, mark.x)], { half: [Math.abs(px(mark.x) - px(0)) / 2, Math.abs(py(mark.thickness / 2) - py(0))] });
            break;
          default:
        }
      });
      return spots.filter(spot => spot.wide || (spot.x >= -1 && spot.x <= width + 1 && spot.y >= -1 && spot.y <= height + 1));
    }

    async point(event) {
      if (this.drag) {
        this.pull(event);
        return;
      }
      const at = this.place(event);
      if (!at || event.target.closest?.('.legend-entry')) {
        this.leave();
        return;
      }
      const turn = this.turn = (this.turn ?? 0) + 1;
      const data = await this.numbers();
      if (!data || turn !== this.turn) return;
      let nearest = null;
      let least = HOVER_REACH;
      for (const spot of this.spots(at.index, data)) {
        const [dx, dy] = [Math.abs(spot.x - at.x), Math.abs(spot.y - at.y)];
        const distance = spot.wide ? dy + 6
          : spot.half ? (dx <= spot.half[0] && dy <= spot.half[1] ? 0 : Infinity)
            : spot.tall ? Math.hypot(dx, Math.max(0, dy - spot.tall))
              : Math.hypot(dx, dy);
        if (distance < least) [nearest, least] = [spot, distance];
      }
      if (nearest) this.tell(at.index, nearest, nearest.wide ? at.x : nearest.x);
      else this.leave();
    }

    tell(index, spot, x, aloud = false) {
      this.clearMarker();
      this.marker = shape('circle', { class: 'here', cx: x, cy: spot.y, r: 5 });
      this.panels[index].append(this.marker);
      if (!this.tip) {
        this.tip = element('div', { class: 'tip', 'aria-hidden': 'true' });
        this.voice = element('p', { class: 'hidden', role: 'status' });
        this.host.append(this.tip, this.voice);
      }
      this.tip.replaceChildren(...spot.texts.map((text, i) => element(i === 0 ? 'strong' : 'span', {}, text)));
      this.tip.hidden = false;
      const matrix = this.panels[index].getScreenCTM();
      const at = new DOMPoint(x, spot.y).matrixTransform(matrix);
      const home = this.host.getBoundingClientRect();
      const left = Math.max(0, Math.min(at.x - home.left + 14, home.width - this.tip.offsetWidth - 4));
      const above = at.y - home.top - this.tip.offsetHeight - 12;
      this.tip.style.left = `${left}px`;
      this.tip.style.top = `${above < 0 ? at.y - home.top + 14 : above}px`;
      if (aloud) this.voice.textContent = spot.texts.join(', ');
    }

    clearMarker() {
      this.marker?.remove();
      this.marker = null;
    }

    leave() {
      this.turn = (this.turn ?? 0) + 1;
      this.clearMarker();
      if (this.tip) this.tip.hidden = true;
    }

    // ---- keys

    async key(event) {
      if (event.target !== this.svg || event.ctrlKey || event.metaKey || event.altKey) return;
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const change = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.key === 'Escape') this.leave();
      else if (event.key === '+' || event.key === '=') this.zoomBy(0.5);
      else if (event.key === '-') this.zoomBy(2);
      else if (event.key === '0') this.whole();
      else if (step || change) {
        event.preventDefault();
        const data = await this.numbers();
        if (data) this.walk(data, step ?? 0, change ?? 0);
      }
    }

    walk(data, step, change) {
      const series = [];
      this.panels.forEach((_, index) => {
        for (const spot of this.spots(index, data)) {
          const last = series.at(-1);
          if (last && last.index === index && last.order === spot.order) last.spots.push(spot);
          else series.push({ index, order: spot.order, spots: [spot] });
        }
      });
      if (series.length === 0) return;
      const was = this.here ?? { series: 0, spot: -1 };
      const which = Math.min(Math.max(was.series + change, 0), series.length - 1);
      const spots = series[which].spots;
      const stride = Math.max(1, Math.round(spots.length / 60));
      const spot = change ? Math.min(Math.max(was.spot, 0), spots.length - 1) : Math.min(Math.max(was.spot < 0 ? 0 : was.spot + step * stride, 0), spots.length - 1);
      this.here = { series: which, spot };
      this.tell(series[which].index, spots[spot], spots[spot].x, true);
    }

    // ---- zoom

    press(event) {
      if (event.pointerType === 'touch' || event.button !== 0) return;
      const at = this.place(event);
      if (!at) return;
      this.leave();
      this.drag = { index: at.index, x: at.x, y: at.y, box: null };
      this.svg.setPointerCapture(event.pointerId);
      const release = async () => {
        this.svg.removeEventListener('pointerup', release);
        this.svg.removeEventListener('pointercancel', release);
        const drag = this.drag;
        this.drag = null;
        drag.box?.remove();
        if (drag.to) await this.zoomTo(drag);
      };
      this.svg.addEventListener('pointerup', release);
      this.svg.addEventListener('pointercancel', release);
    }

    pull(event) {
      const { index, x, y } = this.drag;
      const { width, height } = this.size(index);
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.panels[index].getScreenCTM().inverse());
      const to = { x: Math.min(Math.max(at.x, 0), width), y: Math.min(Math.max(at.y, 0), height) };
      if (Math.hypot(to.x - x, to.y - y) < 6) return;
      this.drag.to = to;
      this.drag.box ??= this.panels[index].appendChild(shape('rect', { class: 'selection' }));
      for (const [name, value] of Object.entries({ x: Math.min(x, to.x), y: Math.min(y, to.y), width: Math.abs(to.x - x), height: Math.abs(to.y - y) })) {
        this.drag.box.setAttribute(name, value);
      }
    }

    async zoomTo({ index, x, y, to }) {
      const data = await this.numbers();
      if (!data) return;
      const { width, height } = this.size(index);
      const view = this.view(index, data);
      const dx = px => view.x[0] + (px / width) * (view.x[1] - view.x[0]);
      const dy = py => view.y[0] + ((height - py) / height) * (view.y[1] - view.y[0]);
      // A pull along one axis zooms that axis.
      const across = Math.abs(to.x - x) > 8 ? [dx(Math.min(x, to.x)), dx(Math.max(x, to.x))] : view.x;
      const up = Math.abs(to.y - y) > 8 ? [dy(Math.max(y, to.y)), dy(Math.min(y, to.y))] : view.y;
      this.zoom(data, index, across, up);
    }

    async zoomBy(factor) {
      const data = await this.numbers();
      if (!data || this.panels.length === 0) return;
      const { x, y } = data.panels[0];
      const view = this.view(0, data);
      const around = ([low, high], axis) => {
        const [middle, half] = [(low + high) / 2, Math.min(((high - low) / 2) * factor, (axis.high - axis.low) / 2)];
        const from = Math.min(Math.max(middle - half, axis.low), axis.high - 2 * half);
        return [from, from + 2 * half];
      };
      const [across, up] = [around(view.x, x), around(view.y, y)];
      if (across[1] - across[0] >= x.high - x.low && up[1] - up[0] >= y.high - y.low) this.whole();
      else this.zoom(data, 0, across, up);
    }

    zoom(data, index, across, up) {
      const same = (one, other) => one.low === other.low && one.high === other.high && one.label === other.label;
      const { x, y } = data.panels[index];
      if (!(across[1] > across[0]) || !(up[1] > up[0])) return;
      this.views = data.panels.map((panel, i) => {
        const view = this.view(i, data);
        return { x: same(panel.x, x) ? across : view.x, y: same(panel.y, y) ? up : view.y };
      });
      this.leave();
      data.panels.forEach((panel, i) => this.apply(i, panel, this.views[i]));
      this.svg.classList.add('zoomed');
      this.tools.querySelector('[data-do=whole]').disabled = false;
    }

    async whole() {
      if (!this.views) return;
      const data = await this.numbers();
      this.views = null;
      this.leave();
      data.panels.forEach((panel, i) => {
        this.apply(i, panel, { x: [panel.x.low, panel.x.high], y: [panel.y.low, panel.y.high] });
        const element = this.panels[i];
        element.querySelector('path.grid')?.setAttribute('d', this.first[i].grid);
        element.querySelector('path.ticks')?.setAttribute('d', this.first[i].ticks);
        element.querySelector('g.tick-labels')?.replaceChildren(...this.first[i].labels.map(label => label.cloneNode(true)));
        if (this.first[i].name) placeName(nameOf(element), Number(this.first[i].name));
      });
      this.svg.classList.remove('zoomed');
      this.tools.querySelector('[data-do=whole]').disabled = true;
    }

    apply(index, data, view) {
      const panel = this.panels[index];
      const { width, height } = this.size(index);
      const sx = (data.x.high - data.x.low) / (view.x[1] - view.x[0]);
      const sy = (data.y.high - data.y.low) / (view.y[1] - view.y[0]);
      const tx = -((view.x[0] - data.x.low) / (view.x[1] - view.x[0])) * width;
      const ty = height * (1 - sy) - ((data.y.low - view.y[0]) / (view.y[1] - view.y[0])) * height;
      const move = (drawn, nameX, nameY) => {
        drawn.dataset.x ??= drawn.getAttribute(nameX) ?? '0';
        drawn.dataset.y ??= drawn.getAttribute(nameY) ?? '0';
        drawn.setAttribute(nameX, sx * Number(drawn.dataset.x) + tx);
        drawn.setAttribute(nameY, sy * Number(drawn.dataset.y) + ty);
      };
      for (const drawn of panel.querySelectorAll('.marks > .mark > *')) {
        if (drawn.localName === 'circle') move(drawn, 'cx', 'cy');
        else if (drawn.localName === 'text') move(drawn, 'x', 'y');
        else drawn.setAttribute('transform', `matrix(${sx} 0 0 ${sy} ${tx} ${ty})`);
      }
      const beyond = data.marks.filter(mark => mark.kind === 'beyond');
      [...panel.querySelectorAll(':scope > .mark:not(.peak-cut)')].forEach((sign, i) => {
        if (!beyond[i]) return;
        const was = ((beyond[i].x - data.x.low) / (data.x.high - data.x.low)) * width;
        const now = sx * was + tx;
        sign.setAttribute('transform', `translate(${now - was} 0)`);
        sign.classList.toggle('outside', now < 0 || now > width);
      });
      this.applyTicks(panel, data, view, width, height);
    }

    applyTicks(panel, data, view, width, height) {
      const labels = panel.querySelector('g.tick-labels');
      if (!labels) return;
      const was = [...labels.children];
      const [hasX, hasY] = [was.some(label => label.getAttribute('text-anchor') === 'middle'), was.some(label => label.getAttribute('text-anchor') === 'end')];
      const px = x => ((x - view.x[0]) / (view.x[1] - view.x[0])) * width;
      const py = y => height - ((y - view.y[0]) / (view.y[1] - view.y[0])) * height;
      let [grid, ticks] = ['', ''];
      const texts = [];
      const text = (content, x, y, anchor) => {
        const label = shape('text', { x, y, 'text-anchor': anchor });
        label.textContent = content;
        texts.push(label);
      };
      for (const tick of ticksOf(data.x, view.x, Math.max(2, Math.floor(width / 75)))) {
        grid += `M${px(tick.at)} 0V${height}`;
        ticks += `M${px(tick.at)} ${height}v5`;
        if (hasX) text(tick.text, px(tick.at), height + 19, 'middle');
      }
      for (const tick of ticksOf(data.y, view.y, Math.min(8, Math.max(2, Math.floor(height / 36))))) {
        grid += `M0 ${py(tick.at)}H${width}`;
        ticks += `M0 ${py(tick.at)}h-5`;
        if (hasY) text(tick.text, -9, py(tick.at) + 4, 'end');
      }
      panel.querySelector('path.grid')?.setAttribute('d', grid);
      panel.querySelector('path.ticks')?.setAttribute('d', ticks);
      labels.replaceChildren(...texts);
      const name = nameOf(panel);
      if (!name || !hasY) return;
      const widest = Math.max(0, ...texts.filter(label => label.getAttribute('text-anchor') === 'end').map(label => label.getBBox().width));
      const place = panel.getCTM();
      placeName(name, Math.max(12 - place.e / place.a, -widest - 24));
    }

    // ---- tools

    makeTools() {
      if (this.tools) {
        this.tools.querySelector('[data-do=whole]').disabled = true;
        return;
      }
      const title = this.host.querySelector('.scroll').getAttribute('aria-label');
      const tool = (name, label, act) => {
        const button = element('button', { type: 'button', class: 'tool', 'data-do': name, 'aria-label': `${label}: ${title}`, title: label }, { in: '+', out: '−', whole: 'Whole', png: 'PNG' }[name]);
        button.addEventListener('click', act);
        return button;
      };
      this.tools = element('div', { class: 'tools', role: 'group', 'aria-label': `Tools of ${title}` },
        tool('in', 'Zoom in', () => this.zoomBy(0.5)), tool('out', 'Zoom out', () => this.zoomBy(2)),
        tool('whole', 'Show the whole figure', () => this.whole()), tool('png', 'Save as PNG', () => this.png()));
      this.tools.querySelector('[data-do=whole]').disabled = true;
      this.frame.before(this.tools);
    }

    /** What is seen, as a picture of twice its size, on white paper whatever the screen shows. */
    async png() {
      const copy = this.svg.cloneNode(true);
      for (const extra of copy.querySelectorAll('.hit, .here, .selection')) extra.remove();
      const style = shape('style', {});
      style.textContent = this.style.replaceAll('(prefers-color-scheme:dark)', 'not all')
        + '.mark.off,.zoomed .peak-cut,.outside{display:none}.legend-entry.off{opacity:.35}'
        + '.zoomed .marks path,.zoomed .marks use,.zoomed .marks rect{vector-effect:non-scaling-stroke}';
      copy.prepend(style);
      const [width, height] = [Number(copy.getAttribute('width')), Number(copy.getAttribute('height'))];
      const address = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(copy)], { type: 'image/svg+xml' }));
      try {
        const picture = new Image();
        picture.src = address;
        await picture.decode();
        const canvas = element('canvas', { width: 2 * width, height: 2 * height });
        const context = canvas.getContext('2d');
        context.fillStyle = '#fff';
        context.fillRect(0, 0, 2 * width, 2 * height);
        context.drawImage(picture, 0, 0, 2 * width, 2 * height);
        const blob = await new Promise(resolve => { canvas.toBlob(resolve, 'image/png'); });
        const saved = URL.createObjectURL(blob);
        element('a', { href: saved, download: `${this.host.id.replace(/^see-/, '')}.png` }).click();
        setTimeout(() => URL.revokeObjectURL(saved), 10000);
      } finally {
        URL.revokeObjectURL(address);
      }
    }
  }

  /** What stands upright beside a panel's ticks, which move when they grow longer. */
  const nameOf = panel => panel.querySelector(':scope > text.axis-label[transform]');
  const placeName = (name, x) => {
    name.setAttribute('x', x);
    name.setAttribute('transform', `rotate(-90 ${x} ${name.getAttribute('y')})`);
  };

  /** The axis' own ticks where it has some, else multiples of 1, 2 or 5 times a power of ten. */
  function ticksOf(axis, [low, high], most) {
    if (axis.ticks.length > 0) return axis.ticks.filter(tick => tick.at >= low && tick.at <= high);
    const power = 10 ** Math.floor(Math.log10((high - low) / most));
    const step = [1, 2, 5, 10, 20].map(multiple => multiple * power).find(s => (high - low) / s <= most);
    const digits = Math.min(20, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
    const ticks = [];
    for (let i = Math.ceil(low / step); i * step <= high && ticks.length < 50; i++) {
      ticks.push({ at: i * step, text: (i === 0 ? 0 : i * step).toFixed(digits).replace('-', '−') });
    }
    return ticks;
  }

  const figures = new Map();
  const seen = new IntersectionObserver(entries => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      const figure = new Figure(entry.target);
      figures.set(entry.target, figure);
      figure.draw().catch(() => {}); // the picture is there without us
    }
  }, { rootMargin: '300px' });
  const watchFigures = () => {
    for (const host of document.querySelectorAll('figure[data-figure]')) if (!figures.has(host)) seen.observe(host);
  };

  // ---------------------------------------------------------------- pages that change

  /** Takes parts of the page anew from the service; what a person is using stays as it is. */
  async function renew(selectors) {
    const answer = await fetch(window.location.href, { headers: { Accept: 'text/html' } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const selector of selectors) {
      const [was, now] = [document.querySelector(selector), fresh.querySelector(selector)];
      if (!was || !now || was.contains(document.activeElement) || was.querySelector('input:checked')) continue;
      const scrolled = [...was.querySelectorAll('.scroll')].map(box => box.scrollLeft);
      const taken = document.importNode(now, true);
      was.replaceWith(taken);
      [...taken.querySelectorAll('.scroll')].forEach((box, i) => { box.scrollLeft = scrolled[i] ?? 0; });
    }
    await renewFigures(fresh);
  }

  async function renewFigures(fresh) {
    const section = document.querySelector('#figures-section');
    const next = fresh.querySelector('#figures-section');
    if (!section || !next) return;
    const [contents, come] = [section.querySelector(':scope > nav'), next.querySelector(':scope > nav')];
    if (!contents && come) section.querySelector('h2').after(document.importNode(come, true));
    else if (contents && come && !contents.contains(document.activeElement)) contents.replaceWith(document.importNode(come, true));
    let last = null;
    for (const now of next.querySelectorAll('figure[data-figure]')) {
      let was = document.getElementById(now.id);
      if (!was) {
        was = document.importNode(now, true);
        if (last) last.after(was);
        else section.append(was);
      }
      last = was;
    }
    if (!next.querySelector('.empty')) section.querySelector('.empty')?.remove();
    for (const old of section.querySelectorAll('figure[data-figure]')) {
      if (!next.querySelector(`#${CSS.escape(old.id)}`)) {
        figures.delete(old);
        old.remove();
      }
    }
    watchFigures();
    for (const figure of figures.values()) {
      const box = figure.host.getBoundingClientRect();
      const near = box.bottom > -300 && box.top < window.innerHeight + 300;
      if (near && !figure.views && figure.host.isConnected) await figure.draw().catch(() => {});
    }
  }

  function follow(section) {
    const field = name => section.querySelector(`[data-field=${name}]`);
    let [counted, epochs, renewed, waiting] = [null, null, Date.now(), 0];

    const later = () => {
      if (waiting) return;
      const wait = Math.max(0, renewed + RENEW_AT_MOST_EVERY - Date.now());
      waiting = setTimeout(async () => {
        waiting = 0;
        renewed = Date.now();
        await renew(['#head', '#actions', '#trials-section']).catch(() => {});
      }, wait);
    };

    const say = text => {
      const note = field('note');
      if (note.textContent !== text) note.textContent = text;
      note.hidden = !text;
    };

    const show = state => {
      say(state.note ?? '');
      if (state.state === 'Unknown') return; // the service has not reached the store yet; what the page shows is newer
      const bar = section.querySelector('progress');
      bar.max = Math.max(1, state.trials);
      bar.value = state.ended;
      const text = `${state.ended.toLocaleString('en')} of ${state.trials.toLocaleString('en')} trials ended`;
      if (field('ended').textContent !== text) field('ended').textContent = text;
      for (const item of section.querySelectorAll('[data-state]')) {
        const count = state.counts[item.dataset.state] ?? 0;
        item.hidden = count === 0;
        item.querySelector('strong').textContent = count.toLocaleString('en');
      }
      const running = field('running');
      running.hidden = state.running.length === 0;
      if (!running.contains(document.activeElement) || document.activeElement === running) {
        running.querySelector('tbody').replaceChildren(...state.running.map(trial => element('tr', {},
          element('td', {}, element('a', { href: `/trials/${trial.id}` }, String(trial.id))),
          ...[trial.label, String(trial.epoch), trial.training, trial.validation].map(cell => element('td', {}, cell)))));
      }
      const [counts, reached] = [JSON.stringify([state.state, state.counts]), state.running.map(trial => `${trial.id} ${trial.epoch}`).join()];
      if (counts !== (counted ?? counts) || (reached !== epochs && Date.now() - renewed > RENEW_CURVES_EVERY)) later();
      [counted, epochs] = [counts, reached];
    };

    const open = () => {
      const source = new EventSource(section.dataset.live);
      source.addEventListener('progress', event => show(JSON.parse(event.data)));
      source.addEventListener('end', () => {
        source.close();
        section.dataset.ended = '';
        later();
      });
      source.addEventListener('error', () => {
        if (section.dataset.ended !== undefined) return;
        say('The connection is lost; this page goes on by itself when it is back.');
        // A browser tries again after a break, but not after an answer that says no.
        if (source.readyState === EventSource.CLOSED) setTimeout(open, 3000);
      });
    };
    open();
  }

  function renewOften(part) {
    const selector = `#${part.id}`;
    const timer = setInterval(async () => {
      if (document.hidden) return;
      await renew([selector]).catch(() => {});
      if (!document.querySelector(selector)?.dataset.renew) clearInterval(timer);
    }, Number(part.dataset.renew) * 1000);
  }

  /** A page that says why there is nothing to see yet, until there is. */
  function tryAgain(part) {
    setInterval(async () => {
      if (document.hidden) return;
      const answer = await fetch(window.location.href).catch(() => null);
      if (answer?.ok) window.location.reload();
    }, Number(part.dataset.again) * 1000);
  }

  watchFigures();
  for (const part of document.querySelectorAll('[data-again]')) tryAgain(part);
  for (const section of document.querySelectorAll('[data-live]')) follow(section);
  for (const part of document.querySelectorAll('[data-renew]')) renewOften(part);
  document.documentElement.dataset.script = 'on';
})();
