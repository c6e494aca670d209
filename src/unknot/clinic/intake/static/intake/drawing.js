// Draws one view of the figure with everything on it into a canvas context in view units.

/** @param marks {strokes, pains}; overlay: what the server understood and, for practitioners, more. */
export function drawView(ctx, view, shading, theme, marks, overlay, live) {
  ctx.save();
  ctx.clip(view.outline, "evenodd");
  ctx.fillStyle = theme.body;
  ctx.fill(view.outline, "evenodd");
  if (shading) {
    ctx.globalAlpha = theme.depth;
    ctx.drawImage(shading, 0, 0, view.width, view.height);
    ctx.globalAlpha = 1;
  }
  named(ctx, view, theme, overlay);
  strokes(ctx, view, theme, marks, live);
  if (overlay.noGo && overlay.showNoGo) hatch(ctx, view, theme.noGo, overlay.noGo, 0.55);
  if (overlay.candidate) referral(ctx, view, theme, overlay.candidate);
  ctx.restore();
  ctx.save();
  ctx.strokeStyle = theme.line;
  ctx.lineJoin = ctx.lineCap = "round";
  ctx.lineWidth = 0.8; ctx.globalAlpha = 0.55; ctx.stroke(view.lines);
  ctx.lineWidth = 1.1; ctx.globalAlpha = 0.85; ctx.stroke(view.outline);
  ctx.restore();
}

function named(ctx, view, theme, overlay) {
  for (const { zones, layer, intensity } of overlay.named ?? []) {
    if (layer !== "pain") { hatch(ctx, view, theme.patterns[layer], zones, 1); continue; }
    ctx.save();
    ctx.globalAlpha = 0.62;
    ctx.fillStyle = theme.pain(intensity);
    for (const id of zones) if (view.zones.has(id)) ctx.fill(view.zones.get(id).path);
    ctx.restore();
  }
}

function hatch(ctx, view, pattern, zones, alpha) {
  ctx.save();
  ctx.globalAlpha = alpha;
  ctx.fillStyle = pattern;
  for (const id of zones) if (view.zones.has(id)) ctx.fill(view.zones.get(id).path);
  ctx.restore();
}

const sheet = document.createElement("canvas");

function cleanSheet({ width, height }) {
  if (sheet.width < width || sheet.height < height) [sheet.width, sheet.height] = [width, height];
  const on = sheet.getContext("2d");
  on.setTransform(1, 0, 0, 1, 0, 0);
  on.globalAlpha = 1;
  on.clearRect(0, 0, sheet.width, sheet.height);
  return on;
}

/** Strokes of one kind are laid on a sheet of their own, so that crossing ones do not darken. */
function strokes(ctx, view, theme, marks, live) {
  const all = marks.strokes.filter((stroke) => stroke.view === view.name);
  if (live) all.push(live);
  const kinds = new Map();
  for (const stroke of all) {
    const key = stroke.layer === "pain" ? `pain ${stroke.pain}` : stroke.layer;
    kinds.set(key, [...(kinds.get(key) ?? []), stroke]);
  }
  for (const [key, kind] of kinds) {
    const on = cleanSheet(ctx.canvas);
    on.setTransform(ctx.getTransform());
    on.lineCap = on.lineJoin = "round";
    const painful = key.startsWith("pain");
    const colour = painful ? theme.pain(marks.pains[kind[0].pain]?.intensity) : theme.patterns[key];
    on.strokeStyle = on.fillStyle = colour;
    for (const [share, alpha] of painful ? [[1, 0.35], [0.86, 0.5], [0.7, 1]] : [[1, 1]]) {
      on.globalAlpha = alpha;
      for (const stroke of kind) line(on, stroke.points, stroke.radius * share);
    }
    ctx.save();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.globalAlpha = painful ? 0.8 : 1;
    ctx.drawImage(sheet, 0, 0, ctx.canvas.width, ctx.canvas.height, 0, 0, ctx.canvas.width, ctx.canvas.height);
    ctx.restore();
  }
}

function line(ctx, points, radius) {
  ctx.beginPath();
  if (points.length === 1) {
    ctx.arc(points[0][0], points[0][1], radius, 0, 7);
    ctx.fill();
    return;
  }
  ctx.lineWidth = radius * 2;
  ctx.moveTo(...points[0]);
  for (const point of points.slice(1)) ctx.lineTo(...point);
  ctx.stroke();
}

function referral(ctx, view, theme, candidate) {
  for (const [role, zones] of Object.entries(candidate.zones)) hatch(ctx, view, theme.referralDots[role], zones, 0.95);
}

/** Numbers, points and the keyboard's crosshair: above the outline, at a fixed size on the screen. */
export function drawMarks(ctx, view, theme, marks, overlay, cursor, unit) {
  marks.pains.forEach((pain, index) => {
    const painted = marks.strokes.filter((s) => s.view === view.name && s.layer === "pain" && s.pain === index);
    if (painted.length) badge(ctx, theme, middle(painted), pain.intensity, unit);
  });
  for (const { zones, layer, intensity } of overlay.named ?? []) {
    const seen = zones.map((id) => view.zones.get(id)).filter(Boolean);
    if (layer === "pain" && intensity !== null && seen.length) badge(ctx, theme, seen[Math.floor(seen.length / 2)].centre, intensity, unit);
  }
  for (const point of overlay.candidate?.points ?? []) {
    if (point.views[view.name]) cross(ctx, theme, point.views[view.name], unit);
  }
  if (cursor) crosshair(ctx, theme, cursor, unit);
}

function middle(painted) {
  const longest = painted.reduce((a, b) => (b.points.length > a.points.length ? b : a));
  return longest.points[Math.floor(longest.points.length / 2)];
}

function badge(ctx, theme, [x, y], number, unit) {
  ctx.save();
  ctx.beginPath();
  ctx.arc(x, y, 9 * unit, 0, 7);
  ctx.fillStyle = theme.paper;
  ctx.fill();
  ctx.lineWidth = 1.5 * unit;
  ctx.strokeStyle = theme.ink;
  ctx.stroke();
  ctx.fillStyle = theme.ink;
  ctx.font = `650 ${12 * unit}px system-ui, sans-serif`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(String(number), x, y + 0.5 * unit);
  ctx.restore();
}

function cross(ctx, theme, [x, y], unit) {
  const r = 6 * unit;
  for (const [colour, width] of [[theme.paper, 6], [theme.ink, 2.6]]) {
    ctx.beginPath();
    ctx.moveTo(x - r, y - r); ctx.lineTo(x + r, y + r);
    ctx.moveTo(x - r, y + r); ctx.lineTo(x + r, y - r);
    ctx.strokeStyle = colour;
    ctx.lineCap = "round";
    ctx.lineWidth = width * unit;
    ctx.stroke();
  }
}

function crosshair(ctx, theme, zone, unit) {
  ctx.save();
  for (const [colour, width] of [[theme.paper, 5], [theme.cursor, 2.5]]) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width * unit;
    ctx.stroke(zone.path);
  }
  ctx.restore();
}
