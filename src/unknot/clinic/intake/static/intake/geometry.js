// Lines and circles in view units (1 unit = 2 mm on the figure).

export const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Distance of p from the segment a-b. */
export function fromSegment(p, a, b) {
  const dx = b[0] - a[0], dy = b[1] - a[1];
  const length2 = dx * dx + dy * dy;
  if (length2 === 0) return distance(p, a);
  const t = Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length2));
  return distance(p, [a[0] + t * dx, a[1] + t * dy]);
}

/** Douglas-Peucker: drop points that lie within `tolerance` of the line without them. */
export function simplify(points, tolerance) {
  if (points.length < 3) return points;
  const keep = new Uint8Array(points.length);
  keep[0] = keep[points.length - 1] = 1;
  const todo = [[0, points.length - 1]];
  while (todo.length) {
    const [first, last] = todo.pop();
    let far = 0, at = -1;
    for (let i = first + 1; i < last; i++) {
      const d = fromSegment(points[i], points[first], points[last]);
      if (d > far) [far, at] = [d, i];
    }
    if (far > tolerance) {
      keep[at] = 1;
      todo.push([first, at], [at, last]);
    }
  }
  return points.filter((_, i) => keep[i]);
}

/** The same line with a point at least every `step` units. */
export function densify(points, step) {
  const out = [points[0]];
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]];
    const n = Math.max(1, Math.ceil(distance(a, b) / step));
    for (let k = 1; k <= n; k++) out.push([a[0] + (b[0] - a[0]) * k / n, a[1] + (b[1] - a[1]) * k / n]);
  }
  return out;
}

/** What is left of a line of radius `own` after rubbing along `path` with radius `rubber`. */
export function rubOut(points, own, path, rubber) {
  const reach = rubber + own * 0.5;
  const gone = (p) => path.some((q, i) => fromSegment(p, i ? path[i - 1] : q, q) < reach);
  const pieces = [[]];
  let touched = false;
  for (const p of densify(points, Math.max(1, own / 3))) {
    if (gone(p)) {
      touched = true;
      if (pieces.at(-1).length) pieces.push([]);
    } else pieces.at(-1).push(p);
  }
  return touched ? pieces.filter((piece) => piece.length).map((piece) => simplify(piece, 0.4)) : null;
}

export const round = (points) => points.map(([x, y]) => [Math.round(x * 10) / 10, Math.round(y * 10) / 10]);
