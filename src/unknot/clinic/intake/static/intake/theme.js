// Colours and patterns of the canvas, read from the style sheet so that dark mode reaches it.

const RAMP = [[0, "--pain-0"], [0.35, "--pain-3"], [0.7, "--pain-7"], [1, "--pain-10"]];

const hex = (colour) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));

export function readTheme() {
  const style = getComputedStyle(document.documentElement);
  const value = (name) => style.getPropertyValue(name).trim();
  const stops = RAMP.map(([at, name]) => [at, hex(value(name))]);
  const theme = {
    body: value("--figure-body"), shade: value("--figure-shade"), line: value("--figure-line"),
    numb: value("--numb"), tingling: value("--tingling"), avoid: value("--avoid"),
    referral: value("--referral"), cursor: value("--cursor"), paper: value("--paper"), ink: value("--ink"),
    depth: Number(value("--figure-depth")),
  };
  /** Colour of an intensity 0-10; a pain without one is drawn as a 5. */
  theme.pain = (intensity) => {
    const t = (intensity ?? 5) / 10;
    for (let i = 1; i < stops.length; i++) {
      const [a, from] = stops[i - 1], [b, to] = stops[i];
      if (t <= b) return `rgb(${from.map((c, k) => Math.round(c + (to[k] - c) * (t - a) / (b - a))).join(" ")})`;
    }
    return value("--pain-10");
  };
  theme.patterns = { numb: pattern(theme.numb, "stripes"), tingling: pattern(theme.tingling, "dots"), "do not touch": pattern(theme.avoid, "cross") };
  theme.noGo = pattern(theme.avoid, "stripes", 9, 1.1);
  theme.referralDots = { essential: pattern(theme.referral, "dots", 5, 1.9), spillover: pattern(theme.referral, "dots", 8, 1.5), rare: pattern(theme.referral, "dots", 13, 1.3) };
  return theme;
}

function pattern(colour, kind, size = 8, width = 2) {
  const scale = 4;
  const tile = document.createElement("canvas");
  tile.width = tile.height = size * scale;
  const ctx = tile.getContext("2d");
  ctx.scale(scale, scale);
  ctx.strokeStyle = ctx.fillStyle = colour;
  ctx.lineWidth = width;
  if (kind === "dots") {
    ctx.beginPath();
    ctx.arc(size / 2, size / 2, width, 0, 7);
    ctx.fill();
  } else {
    for (const turn of kind === "cross" ? [1, -1] : [1]) {
      ctx.beginPath();
      for (const shift of [-size, 0, size]) {
        ctx.moveTo(shift - 2, turn > 0 ? size + 2 : -2);
        ctx.lineTo(shift + size + 2, turn > 0 ? -2 : size + 2);
      }
      ctx.stroke();
    }
  }
  const made = ctx.createPattern(tile, "repeat");
  made.setTransform(new DOMMatrix().scale(1 / scale));
  return made;
}

/** The shading picture as a stain of the theme's shade colour. */
export async function stain(url, colour) {
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
  const ctx = canvas.getContext("2d", { willReadFrequently: true });
  ctx.drawImage(picture, 0, 0);
  const data = ctx.getImageData(0, 0, canvas.width, canvas.height);
  const [r, g, b] = hex(colour);
  for (let i = 0; i < data.data.length; i += 4) {
    data.data[i + 3] = data.data[i];
    [data.data[i], data.data[i + 1], data.data[i + 2]] = [r, g, b];
  }
  ctx.putImageData(data, 0, 0);
  return canvas;
}
