// Draws the charts of a page: <proseia-grafico opcoes="…">, options as ECharts takes them, made by the server.
//
// ECharts itself (echarts-6.1.0.js, made by bin/vendor-echarts) is fetched when the first chart comes near the screen.
// A colour "var(--c1)" is read from the style sheet, anew when the theme changes. What the chart says stands in a table
// beside it, so the drawing is hidden from screen readers, and where this script does not run the table is what is seen.

const still = matchMedia('(prefers-reduced-motion: reduce)');
const dark = matchMedia('(prefers-color-scheme: dark)');
let library;
const charts = new Set();

function number(lang, kind) {
  const money = { style: 'currency', currency: 'BRL' };
  return new Intl.NumberFormat(lang, kind === 'reais' ? money : {});
}

class Grafico extends HTMLElement {
  static observedAttributes = ['opcoes'];
  #chart;
  #near;
  #size;
  #probe;

  connectedCallback() {
    charts.add(this);
    this.#near = new IntersectionObserver((seen) => seen.some((s) => s.isIntersecting) && this.#open(), { rootMargin: '200px' });
    this.#near.observe(this);
  }

  disconnectedCallback() {
    charts.delete(this);
    this.#near?.disconnect();
    this.#size?.disconnect();
    this.#chart?.dispose();
    this.#chart = undefined;
    this.replaceChildren();
  }

  attributeChangedCallback() {
    this.draw();
  }

  async #open() {
    this.#near.disconnect();
    library ??= import('./echarts-6.1.0.js');
    const { init } = await library;
    if (!this.isConnected || this.#chart) return;
    this.#probe = document.createElement('i');
    this.#probe.hidden = true;
    const canvas = document.createElement('div');
    canvas.style.cssText = 'position:absolute;inset:0';
    this.replaceChildren(this.#probe, canvas);
    this.#chart = init(canvas, null, { renderer: 'svg' });
    this.#size = new ResizeObserver(() => this.#chart?.resize());
    this.#size.observe(this);
    this.draw();
    this.toggleAttribute('pronto', true);
  }

  #coloured(value) {
    if (typeof value === 'string') {
      if (!value.startsWith('var(')) return value;
      this.#probe.style.color = value;
      return getComputedStyle(this.#probe).color;
    }
    if (Array.isArray(value)) return value.map((v) => this.#coloured(v));
    if (value && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, this.#coloured(v)]));
    }
    return value;
  }

  draw() {
    if (!this.#chart) return;
    const option = this.#coloured(JSON.parse(this.getAttribute('opcoes')));
    const format = number(document.documentElement.lang, this.getAttribute('formato'));
    const style = getComputedStyle(this);
    option.animation = !still.matches;
    option.textStyle = { fontFamily: style.fontFamily };
    option.tooltip = {
      ...option.tooltip,
      confine: true,
      valueFormatter: (v) => (v === undefined || v === null ? '' : format.format(v)),
      textStyle: { color: this.#coloured('var(--text)'), fontSize: 12 },
    };
    if (option.series?.[0]?.type === 'heatmap') {
      const name = (axis, i) => axis.data[i];
      option.tooltip.formatter = ({ value: [x, y, n] }) =>
        `${name(option.yAxis, y)}, ${name(option.xAxis, x)}: <b>${format.format(n)}</b>`;
    } else if (option.yAxis) {
      option.yAxis.axisLabel = { ...option.yAxis.axisLabel, formatter: (v) => format.format(v) };
    }
    this.#chart.setOption(option, { notMerge: true });
  }
}

const redraw = () => charts.forEach((c) => c.draw());
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ['data-theme'] });
dark.addEventListener('change', redraw);
still.addEventListener('change', redraw);
customElements.define('proseia-grafico', Grafico);
