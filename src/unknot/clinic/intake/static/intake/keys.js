// The keyboard on the figure: arrows move from zone to zone, Enter or space marks, + and - set how
// strong, Backspace rubs out, Escape leaves the crosshair.

import { spoken } from "./figure.js";
import { fillZone } from "./paint.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function keysOn(figure, say, { strength }) {
  const { canvas, shared } = figure;

  const start = () => {
    const { view } = figure;
    const middle = [view.width / 2, view.height * 0.3];
    let best = null, least = Infinity;
    for (const zone of view.zones.values()) {
      if (!zone.centre) continue;
      const d = Math.hypot(zone.centre[0] - middle[0], zone.centre[1] - middle[1]);
      if (d < least) [best, least] = [zone, d];
    }
    return best;
  };

  const go = (zone) => {
    figure.cursor = zone;
    figure.reveal(zone.centre);
    figure.redraw();
    say("at", spoken(zone));
    shared.hover(spoken(zone));
  };

  canvas.addEventListener("keydown", (event) => {
    if (!figure.view || event.ctrlKey || event.metaKey || event.altKey) return;
    const zone = figure.cursor ?? start();
    if (ARROWS[event.key]) go(figure.cursor ? figure.view.next(zone, ...ARROWS[event.key]) : zone);
    else if (event.key === "Enter" || event.key === " ") {
      figure.cursor = zone;
      fillZone(figure, zone, say);
    } else if (event.key === "Backspace" || event.key === "Delete") {
      const before = shared.tool.name;
      shared.tool.name = "erase";
      fillZone(figure, zone, say);
      shared.tool.name = before;
    } else if (event.key === "+" || event.key === "=") strength(1);
    else if (event.key === "-") strength(-1);
    else if (event.key === "Escape" && figure.cursor) { figure.cursor = null; figure.redraw(); }
    else return;
    event.preventDefault();
  });

  canvas.addEventListener("blur", () => { figure.cursor = null; figure.redraw(); });
}
