// Puts the page together: figure, tools, questions, and the answer that follows every change.

import { FigureCanvas } from "./canvas.js";
import { Figure } from "./figure.js";
import { keysOn } from "./keys.js";
import { Marks } from "./marks.js";
import { paintOn } from "./paint.js";
import { placesIn } from "./places.js";
import { patchQuestions, Steps } from "./questions.js";
import { Sender } from "./send.js";
import { readTheme } from "./theme.js";
import { toolsIn } from "./tools.js";

const form = document.getElementById("case");
const find = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
document.documentElement.classList.add("scripted");

const marks = new Marks();
const tool = { name: "paint", radius: 13, rubber: 13 };
const shared = {
  figure: null, marks, tool, theme: readTheme(),
  overlay: JSON.parse(find("#overlay").textContent),
  hover: (words) => { find("[data-pointing]").textContent = words ?? "\u00a0"; },
};
shared.overlay.showNoGo = true;

// --- the figure

const canvases = all("[data-canvas]").map((canvas) => new FigureCanvas(canvas, canvas.dataset.canvas, shared));
const thumbs = all("[data-thumb]").map((canvas) =>
  new FigureCanvas(canvas, canvas.dataset.thumb === "feet" ? "soles" : canvas.dataset.thumb, shared));
const everyCanvas = [...canvases, ...thumbs];
const shown = () => canvases.filter((one) => !one.canvas.hidden);

const SAID = {
  at: (place) => place, marked: (place) => `Marked ${place}`, erased: (place) => `Rubbed out ${place}`,
  full: () => "The drawing is full. Undo or erase something first.",
};
const say = (kind, place) => { find("[data-said]").textContent = SAID[kind](place); };

const tools = toolsIn(form, marks, tool);
placesIn(form, marks);
for (const one of canvases) {
  paintOn(one, say);
  keysOn(one, say, { strength: (step) => { find("[data-said]").textContent = `Strength ${tools.strength(step)} of 10`; } });
}

const redraw = () => everyCanvas.forEach((one) => one.redraw());

async function loadFigure(url) {
  try {
    shared.figure = await Figure.load(url);
    find("[data-loading]").hidden = true;
    await Promise.all(everyCanvas.map((one) => one.restain()));
    document.documentElement.dataset.figure = "ready";
  } catch {
    find("[data-loading]").hidden = false;
    find("[data-loading]").textContent = "The figure did not arrive. Reload the page, or write where it hurts in words.";
  }
}

function showView(name) {
  const names = name === "feet" ? ["feet-top", "soles"] : [name];
  for (const one of canvases) {
    one.canvas.hidden = !names.includes(one.name);
    one.zoomTo(1);
    one.fit();
  }
  find(".canvases").dataset.view = name;
  for (const button of all("[data-view]")) if (button.tagName === "BUTTON") button.setAttribute("aria-pressed", button.dataset.view === name);
  const words = { front: ["Your right", "Your left"], back: ["Your left", "Your right"], left: ["Your left side", ""], right: ["", "Your right side"], feet: ["", ""] }[name];
  find("#side-left").textContent = words[0];
  find("#side-right").textContent = words[1];
  pressCloser(find('[data-closer=""]'));
}

function pressCloser(chosen) {
  for (const button of all("[data-closer]")) button.setAttribute("aria-pressed", button === chosen);
}

form.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button || !shared.figure) return;
  if (button.dataset.view) showView(button.dataset.view);
  else if (button.dataset.zoom) for (const one of shown()) one.zoomTo(one.zoom * (button.dataset.zoom === "in" ? 1.5 : 1 / 1.5));
  else if (button.dataset.closer !== undefined) {
    pressCloser(button);
    for (const one of shown()) one.show(button.dataset.closer ? one.view.boxOf(button.dataset.closer.split(" "), button.dataset.side) : null);
  }
});

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  shared.theme = readTheme();
  everyCanvas.forEach((one) => one.view && one.restain());
});

const builds = find("[data-builds]");
builds.addEventListener?.("change", () => {
  marks.setBuild(builds.value);
  loadFigure(builds.selectedOptions[0].dataset.url);
});

// --- the answer

const sender = new Sender(form, form.dataset.answer, (data) => {
  data.set("drawing", JSON.stringify(marks.drawing));
  data.set("places", JSON.stringify(marks.places));
  data.delete("layer");
  return data;
});

marks.addEventListener("change", () => { redraw(); sender.soon(120); });
const steps = new Steps(find(".steps"), () => sender.soon(0));
form.addEventListener("submit", (event) => { event.preventDefault(); sender.now(); });
const BESIDE = new Set(["layer", "", undefined]);
const changed = (event) => {
  if (BESIDE.has(event.target.name)) return;
  sender.soon(event.target.matches("textarea, input:not([type=radio], [type=checkbox])") ? 450 : 0);
};
form.addEventListener("input", changed);
find("[name=trained]").addEventListener("change", () => sender.soon(0));

sender.addEventListener("waiting", () => document.documentElement.classList.add("busy"));
sender.addEventListener("done", ({ detail }) => { put(detail); lost(null); });
sender.addEventListener("refused", ({ detail }) => lost(new DOMParser().parseFromString(detail, "text/html").body.textContent.trim()));
sender.addEventListener("failed", () => lost("The answer did not arrive. Everything you entered is still here."));
find("[data-retry]").addEventListener("click", () => sender.now());

function lost(words) {
  document.documentElement.classList.remove("busy");
  find("[data-lost]").hidden = words === null;
  find("[data-lost] p").textContent = words ?? "";
}

function put(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const piece = (name) => fresh.querySelector(`template[data-piece=${name}]`).content;
  const open = find("details[data-candidate][open]")?.dataset.candidate;
  const stopped = find(".verdict[role=alert]") !== null;
  for (const home of all("[data-swap]")) home.replaceChildren(piece(home.dataset.swap));
  patchQuestions(find("[data-questions]"), piece("questions"));
  steps.show();
  const status = fresh.querySelector("[data-piece=status]").textContent.trim();
  if (find("[data-status]").textContent !== status) find("[data-status]").textContent = status;
  find("[data-bar]").replaceChildren(...(fresh.querySelector("[data-piece=bar]")?.childNodes ?? []));
  find("[data-bar]").dataset.level = find("[data-level]")?.dataset.level ?? "";
  shared.overlay = { ...JSON.parse(fresh.getElementById("overlay").textContent), showNoGo: true };
  const again = open && find(`details[data-candidate="${CSS.escape(open)}"]`);
  if (again) again.open = true;
  redraw();
  if (!stopped && find(".verdict[role=alert]")) find("#safety").scrollIntoView({ block: "start" });
  document.documentElement.dataset.answers = Number(document.documentElement.dataset.answers ?? 0) + 1;
}

// --- a practitioner's candidate over the painting

find("#results").addEventListener("toggle", ({ target }) => {
  if (!target.dataset.candidate) return;
  const open = find("details[data-candidate][open]");
  shared.overlay.candidate = open ? shared.overlay.candidates[open.dataset.candidate] : null;
  redraw();
}, true);
find("#results").addEventListener("change", ({ target }) => {
  if (target.dataset.noGo === undefined) return;
  shared.overlay.showNoGo = target.checked;
  redraw();
});

showView("front");
loadFigure((builds.selectedOptions?.[0] ?? builds).dataset.url);
