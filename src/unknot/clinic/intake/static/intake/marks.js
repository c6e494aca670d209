// Everything painted and chosen, with undo. Each change makes a new state; old ones are kept.

import { round, rubOut, simplify } from "./geometry.js";

const MOST_POINTS = 2000;
const MOST_STROKES = 500;
const EMPTY = { build: "neutral", pains: [{ intensity: 5, quality: "" }], strokes: [], places: [] };

export class Marks extends EventTarget {
  #past = [];
  state = EMPTY;
  layer = "pain";
  pain = 0;

  #change(next, { undoable = true } = {}) {
    if (undoable) this.#past = [...this.#past.slice(-99), this.state];
    this.state = { ...this.state, ...next };
    this.dispatchEvent(new Event("change"));
  }

  get canUndo() { return this.#past.length > 0; }
  get isEmpty() { return !this.state.strokes.length && !this.state.places.length; }
  get current() { return this.state.pains[this.pain]; }

  undo() {
    if (!this.canUndo) return;
    this.state = this.#past.pop();
    this.pain = Math.min(this.pain, this.state.pains.length - 1);
    this.dispatchEvent(new Event("change"));
  }

  clear() { this.#change({ strokes: [], places: [], pains: [this.current] }); this.pain = 0; }

  add(view, radius, points) {
    if (this.state.strokes.length >= MOST_STROKES) return false;
    let tolerance = 0.4, kept = simplify(points, tolerance);
    while (kept.length > MOST_POINTS) kept = simplify(points, (tolerance *= 2));
    const stroke = { view, radius, layer: this.layer, pain: this.pain, points: round(kept) };
    this.#change({ strokes: [...this.state.strokes, stroke] });
    return true;
  }

  erase(view, radius, path) {
    let touched = false;
    const strokes = this.state.strokes.flatMap((stroke) => {
      if (stroke.view !== view) return [stroke];
      const pieces = rubOut(stroke.points, stroke.radius, path, radius);
      if (!pieces) return [stroke];
      touched = true;
      return pieces.map((points) => ({ ...stroke, points: round(points) }));
    });
    if (touched) this.#change({ strokes: strokes.slice(0, MOST_STROKES) });
    return touched;
  }

  addPlace(area, side) {
    const place = { area, side: side || null, layer: this.layer, pain: this.pain };
    const same = (one) => one.area === area && one.side === place.side && one.layer === place.layer;
    this.#change({ places: [...this.state.places.filter((one) => !same(one)), place].slice(-60) });
  }

  removePlace(index) { this.#change({ places: this.state.places.filter((_, i) => i !== index) }); }

  setPain(values) {
    const pains = this.state.pains.map((pain, i) => (i === this.pain ? { ...pain, ...values } : pain));
    this.#change({ pains }, { undoable: false });
  }

  newPain() {
    this.pain = this.state.pains.length;
    this.layer = "pain";
    this.#change({ pains: [...this.state.pains, { intensity: 5, quality: "" }] }, { undoable: false });
  }

  choose(layer, pain = this.pain) {
    [this.layer, this.pain] = [layer, pain];
    this.dispatchEvent(new Event("choice"));
  }

  setBuild(build) { this.#change({ build }, { undoable: false }); }

  /** The drawing as a case holds it. */
  get drawing() {
    return {
      build: this.state.build,
      strokes: this.state.strokes.map(({ view, radius, layer, pain, points }) => ({
        view, radius, layer, points,
        intensity: layer === "pain" ? this.state.pains[pain].intensity : null,
        quality: layer === "pain" ? this.state.pains[pain].quality || null : null,
      })),
    };
  }

  get places() {
    return this.state.places.map(({ area, side, layer, pain }) => ({
      area, side, layer,
      intensity: layer === "pain" ? this.state.pains[pain].intensity : null,
      quality: layer === "pain" ? this.state.pains[pain].quality : "",
    }));
  }
}
