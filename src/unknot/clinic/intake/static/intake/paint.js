// Painting with finger, mouse or stylus. A touch beside the figure scrolls the page as usual.

import { distance } from "./geometry.js";
import { spoken } from "./figure.js";

/** A dab's least radius in units, so that a light touch still counts. */
const FILL_RADIUS = 4;

export function paintOn(figure, say) {
  const { canvas, shared } = figure;
  const { marks, tool } = shared;
  const fingers = new Map();
  let path = null, pinch = null;

  const near = (point) => {
    const { view } = figure;
    if (view.isOn(point)) return true;
    const r = 10;
    return [[r, 0], [-r, 0], [0, r], [0, -r]].some(([dx, dy]) => view.isOn([point[0] + dx, point[1] + dy]));
  };

  canvas.addEventListener("touchstart", (event) => {
    if (!figure.view || event.touches.length !== 1) return;
    if (near(figure.toUnits(event.touches[0])) || figure.zoom > 1) event.preventDefault();
  }, { passive: false });

  canvas.addEventListener("pointerdown", (event) => {
    if (!figure.view || event.button > 0) return;
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    if (fingers.size === 2) { path = figure.live = null; pinch = grip(); figure.redraw(); return; }
    const point = figure.toUnits(event);
    if (!near(point)) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    if (tool.name === "area") {
      const zone = figure.view.zoneAt(point);
      if (zone) fillZone(figure, zone, say);
      return;
    }
    path = [point];
    show();
  });

  canvas.addEventListener("pointermove", (event) => {
    if (!figure.view) return;
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, [event.clientX, event.clientY]);
    if (pinch) return movePinch();
    if (!path) return hover(event);
    const steps = event.getCoalescedEvents?.() ?? [];
    for (const step of steps.length ? steps : [event]) {
      const point = figure.toUnits(step);
      if (distance(point, path.at(-1)) > 0.6) path.push(point);
    }
    show();
  });

  const end = (event) => {
    fingers.delete(event.pointerId);
    if (fingers.size < 2) pinch = null;
    if (!path) return;
    const done = path;
    path = figure.live = figure.rub = null;
    if (event.type === "pointercancel") return figure.redraw();
    if (tool.name === "erase") marks.erase(figure.name, tool.rubber, done);
    else if (!marks.add(figure.name, tool.radius, done)) say("full");
    figure.redraw();
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  canvas.addEventListener("pointerleave", () => { shared.hover(null); });

  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey || !figure.view) return;
    event.preventDefault();
    figure.zoomTo(figure.zoom * Math.exp(-event.deltaY / 200), figure.toUnits(event));
  }, { passive: false });

  function show() {
    if (tool.name === "erase") figure.rub = path.at(-1);
    else figure.live = { view: figure.name, radius: tool.radius, layer: marks.layer, pain: marks.pain, points: path };
    figure.redraw();
  }

  function hover(event) {
    if (event.pointerType === "touch") return;
    const zone = figure.view.zoneAt(figure.toUnits(event));
    shared.hover(zone ? spoken(zone) : null);
  }

  function grip() {
    const [a, b] = [...fingers.values()];
    return { apart: distance(a, b), middle: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], zoom: figure.zoom };
  }

  function movePinch() {
    const now = grip();
    const from = figure.toUnits({ clientX: pinch.middle[0], clientY: pinch.middle[1] });
    const to = figure.toUnits({ clientX: now.middle[0], clientY: now.middle[1] });
    const { cx, cy } = figure.frame;
    figure.zoomTo(pinch.zoom * now.apart / pinch.apart, [cx + from[0] - to[0], cy + from[1] - to[1]]);
    pinch.middle = now.middle;
  }
}

/** Mark or rub out a whole zone: what a tap with "whole area" and the keyboard's Enter do. */
export function fillZone(figure, zone, say) {
  const { marks, tool } = figure.shared;
  const points = figure.view.fill(zone, FILL_RADIUS);
  if (tool.name === "erase") {
    marks.erase(figure.name, FILL_RADIUS * 1.2, points);
    say("erased", spoken(zone));
  } else if (marks.add(figure.name, FILL_RADIUS, points)) say("marked", spoken(zone));
  else say("full");
}
