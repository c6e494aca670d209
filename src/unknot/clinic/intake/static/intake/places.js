// Choosing places from a list, for those who would rather not paint.

export function placesIn(form, marks) {
  const list = form.querySelector("[data-list]");
  const body = form.querySelector("[data-list-body]");
  const chosen = form.querySelector("[data-placed]");
  const plain = new Map();

  list.addEventListener("toggle", async () => {
    if (!list.open || list.dataset.ready) return;
    try {
      const response = await fetch(form.dataset.areas);
      if (!response.ok) throw new Error(response.status);
      body.innerHTML = await response.text();
      list.dataset.ready = "yes";
      show();
    } catch {
      body.innerHTML = "<p>The list did not arrive. Close and open it to try again.</p>";
    }
  });

  body.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-area]");
    if (!button) return;
    const { area, side } = button.dataset;
    plain.set(area, button.dataset.plain);
    const at = marks.state.places.findIndex((one) => one.area === area && (one.side ?? "") === side);
    if (at >= 0) marks.removePlace(at);
    else marks.addPlace(area, side);
  });

  chosen.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-remove]");
    if (button) marks.removePlace(Number(button.dataset.remove));
  });

  form.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-instead]");
    if (!button) return;
    const where = form.elements.where;
    const lines = where.value.split("\n");
    const at = lines.findIndex((line) => line.trim() === button.dataset.instead);
    if (at >= 0) lines[at] = button.dataset.with;
    where.value = lines.join("\n");
    where.dispatchEvent(new Event("input", { bubbles: true }));
    where.focus();
  });

  function show() {
    const { places, pains } = marks.state;
    const has = (area, side) => places.some((one) => one.area === area && (one.side ?? "") === side);
    for (const button of body.querySelectorAll("[data-area]")) {
      button.setAttribute("aria-pressed", has(button.dataset.area, button.dataset.side));
    }
    chosen.replaceChildren(...places.map((place, index) => {
      const item = document.createElement("li");
      const name = plain.get(place.area) ?? place.area;
      const what = place.layer === "pain" ? `${pains[place.pain].intensity} of 10` : place.layer;
      const words = document.createElement("span");
      words.textContent = `${place.side ? `${place.side} ` : ""}${name}: ${what}`;
      const remove = document.createElement("button");
      remove.type = "button";
      remove.dataset.remove = index;
      remove.textContent = "Remove";
      remove.setAttribute("aria-label", `Remove ${words.textContent}`);
      item.append(words, remove);
      return item;
    }));
  }

  marks.addEventListener("change", show);
}
