// One canvas showing one view: size, zoom, and drawing when something changed.

import { drawMarks, drawView } from "./drawing.js";
import { stain } from "./theme.js";

const MOST_ZOOM = 8;

export class FigureCanvas {
  #asked = false;
  live = null;
  cursor = null;
  rub = null;
  zoom = 1;
  centre = null;

  constructor(canvas, name, shared) {
    Object.assign(this, { canvas, name, shared });
    this.ctx = canvas.getContext("2d");
    if (canvas.dataset.thumb === undefined) new ResizeObserver(() => this.fit()).observe(canvas);
  }

  get view() { return this.shared.figure?.views[this.name]; }

  async restain() {
    const { view } = this;
    this.shading = null;
    const made = await stain(view.shade, this.shared.theme.shade).catch(() => null);
    if (view === this.view) this.shading = made;
    this.fit();
  }

  fit() {
    const { canvas } = this;
    const ratio = Math.min(window.devicePixelRatio || 1, 3);
    const width = Math.round(canvas.clientWidth * ratio), height = Math.round(canvas.clientHeight * ratio);
    if (!width || !height) return;
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    this.redraw();
  }

  /** Device pixels per unit, and the unit point at the canvas's middle. */
  get frame() {
    const { view, canvas } = this;
    const scale = Math.min(canvas.width / view.width, canvas.height / view.height) * this.zoom;
    const half = [canvas.width / scale / 2, canvas.height / scale / 2];
    const [cx, cy] = this.centre ?? [view.width / 2, view.height / 2];
    const clamp = (v, h, size) => (2 * h >= size ? size / 2 : Math.max(h, Math.min(size - h, v)));
    return { scale, cx: clamp(cx, half[0], view.width), cy: clamp(cy, half[1], view.height) };
  }

  /** A point of the screen in view units. */
  toUnits(event) {
    const box = this.canvas.getBoundingClientRect();
    const { scale, cx, cy } = this.frame;
    const ratio = this.canvas.width / box.width;
    return [
      cx + ((event.clientX - box.left) * ratio - this.canvas.width / 2) / scale,
      cy + ((event.clientY - box.top) * ratio - this.canvas.height / 2) / scale,
    ];
  }

  zoomTo(zoom, centre = this.centre) {
    this.zoom = Math.max(1, Math.min(MOST_ZOOM, zoom));
    this.centre = this.zoom === 1 ? null : centre ?? [this.view.width / 2, this.view.height / 2];
    this.redraw();
  }

  show(box) {
    const { view, canvas } = this;
    if (!box) return this.zoomTo(1);
    const whole = Math.min(canvas.width / view.width, canvas.height / view.height);
    const fits = Math.min(canvas.width / (box.x1 - box.x0), canvas.height / (box.y1 - box.y0));
    this.zoomTo(fits / whole, [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2]);
  }

  /** Keep a point in sight when zoomed in. */
  reveal([x, y]) {
    if (this.zoom > 1) { this.centre = [x, y]; this.redraw(); }
  }

  redraw() {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => { this.#asked = false; this.draw(); });
  }

  draw() {
    const { ctx, canvas, view, shared } = this;
    if (!view || !canvas.width || !canvas.clientWidth) return;
    const { scale, cx, cy } = this.frame;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, canvas.width, canvas.height);
    ctx.setTransform(scale, 0, 0, scale, canvas.width / 2 - cx * scale, canvas.height / 2 - cy * scale);
    const small = canvas.dataset.thumb !== undefined;
    const overlay = small ? { named: shared.overlay.named } : shared.overlay;
    drawView(ctx, view, this.shading, shared.theme, shared.marks.state, overlay, this.live);
    if (small) return;
    const unit = Math.min(window.devicePixelRatio || 1, 3) / scale;
    drawMarks(ctx, view, shared.theme, shared.marks.state, shared.overlay, this.cursor, unit);
    if (this.rub) {
      ctx.beginPath();
      ctx.arc(...this.rub, shared.tool.rubber, 0, 7);
      ctx.strokeStyle = shared.theme.cursor;
      ctx.lineWidth = 1.5 * unit;
      ctx.stroke();
    }
  }
}
