// The body figure: outlines, zones and their names, read once per build.

const probe = document.createElement("canvas").getContext("2d");
const TENTHS = new DOMMatrix([0.1, 0, 0, 0.1, 0, 0]);

function inUnits(data) {
  const path = new Path2D();
  if (data) path.addPath(new Path2D(data), TENTHS);
  return path;
}

/** Box around path data: every number is walked, which is enough for relative l and M. */
function boxOf(data) {
  let x = 0, y = 0;
  const box = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity };
  for (const [, letter, rest] of data.matchAll(/([Mlz])([^Mlz]*)/g)) {
    const numbers = rest.match(/-?\d+/g)?.map(Number) ?? [];
    for (let i = 0; i + 1 < numbers.length; i += 2) {
      [x, y] = letter === "M" && i === 0 ? [numbers[i], numbers[i + 1]] : [x + numbers[i], y + numbers[i + 1]];
      box.x0 = Math.min(box.x0, x / 10); box.x1 = Math.max(box.x1, x / 10);
      box.y0 = Math.min(box.y0, y / 10); box.y1 = Math.max(box.y1, y / 10);
    }
  }
  return box;
}

export class View {
  constructor(name, data, zones) {
    Object.assign(this, { name, width: data.width, height: data.height, leftAt: data.leftAt });
    this.outline = inUnits(data.outline);
    this.cut = inUnits(data.cut);
    this.lines = inUnits(data.lines);
    this.shade = data.shade;
    this.zones = new Map();
    for (const [key, path] of Object.entries(data.zones)) {
      const [id, label, side, region] = zones[key - 1];
      this.zones.set(id, { id, label, side, region, path: inUnits(path), box: boxOf(path), centre: data.centres[key] });
    }
  }

  /** Zone under a point, or null outside the figure. */
  zoneAt([x, y]) {
    for (const zone of this.zones.values()) {
      const { box } = zone;
      if (x < box.x0 || x > box.x1 || y < box.y0 || y > box.y1) continue;
      if (probe.isPointInPath(zone.path, x, y)) return zone;
    }
    return null;
  }

  isOn([x, y]) {
    return probe.isPointInPath(this.outline, x, y);
  }

  /** Box around every zone of some regions, on one side or both, with a margin; null if not seen. */
  boxOf(regions, side) {
    const boxes = [...this.zones.values()]
      .filter((zone) => regions.includes(zone.region) && (!side || zone.side === side))
      .map((zone) => zone.box);
    if (!boxes.length) return null;
    const margin = 8;
    return {
      x0: Math.min(...boxes.map((b) => b.x0)) - margin, y0: Math.min(...boxes.map((b) => b.y0)) - margin,
      x1: Math.max(...boxes.map((b) => b.x1)) + margin, y1: Math.max(...boxes.map((b) => b.y1)) + margin,
    };
  }

  /** The nearest zone in a direction (dx, dy) from a zone, by their middles; the same one at the edge. */
  next(zone, dx, dy) {
    let best = zone, least = Infinity;
    for (const other of this.zones.values()) {
      if (other === zone || !other.centre) continue;
      const along = (other.centre[0] - zone.centre[0]) * dx + (other.centre[1] - zone.centre[1]) * dy;
      const across = Math.abs((other.centre[0] - zone.centre[0]) * dy) + Math.abs((other.centre[1] - zone.centre[1]) * dx);
      if (along < 1) continue;
      const cost = along + 2.5 * across;
      if (cost < least) [best, least] = [other, cost];
    }
    return best;
  }

  /** One line that covers a zone when drawn with `radius`: to and fro across it, inside its border. */
  fill(zone, radius) {
    const { box } = zone;
    const inside = (x, y) => probe.isPointInPath(zone.path, x, y);
    const points = [];
    let forth = true;
    for (let y = box.y0 + radius * 0.7; y <= box.y1 - radius * 0.3; y += radius * 1.3) {
      const row = [];
      for (let x = box.x0; x <= box.x1; x += 1) {
        if (inside(x - radius * 0.6, y) && inside(x + radius * 0.6, y)) row.push([x, y]);
      }
      if (!row.length) continue;
      const ends = row.length > 1 ? [row[0], row.at(-1)] : [row[0]];
      points.push(...(forth ? ends : ends.reverse()));
      forth = !forth;
    }
    return points.length ? points : [zone.centre];
  }
}

export class Figure {
  constructor(document) {
    this.build = document.build;
    this.views = Object.fromEntries(
      Object.entries(document.views).map(([name, data]) => [name, new View(name, data, document.zones)]));
  }

  static async load(url) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`figure: ${response.status}`);
    return new Figure(await response.json());
  }
}

/** "right calf, upper third": how a zone is read out. */
export function spoken(zone) {
  return zone.side === "midline" ? zone.label : `${zone.side} ${zone.label}`;
}
