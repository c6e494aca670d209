// The tools beside the figure: layer, pains, strength, brush, undo.

export function toolsIn(form, marks, tool) {
  const slider = form.querySelector("#intensity");
  const shown = form.querySelector("[data-intensity]");
  const quality = form.querySelector("#quality");
  const forPain = form.querySelector("[data-for-pain]");
  const pains = form.querySelector("[data-pains]");

  const press = (selector, chosen) => {
    for (const button of form.querySelectorAll(selector)) button.setAttribute("aria-pressed", button === chosen);
  };

  form.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    if (button.dataset.tool) { tool.name = button.dataset.tool; press("[data-tool]", button); show(); }
    else if (button.dataset.size) {
      tool.radius = Number(button.dataset.size);
      tool.rubber = Math.max(7, tool.radius);
      press("[data-size]", button);
    } else if (button.dataset.undo !== undefined) marks.undo();
    else if (button.dataset.clear !== undefined) marks.clear();
    else if (button.dataset.pain !== undefined) marks.choose("pain", Number(button.dataset.pain));
    else if (button.dataset.newPain !== undefined) marks.newPain();
  });

  for (const radio of form.querySelectorAll("[name=layer]")) {
    radio.addEventListener("change", () => marks.choose(radio.value));
  }
  slider.addEventListener("input", () => { marks.setPain({ intensity: Number(slider.value) }); });
  quality.addEventListener("change", () => marks.setPain({ quality: quality.value }));

  function strength(step) {
    const intensity = Math.max(0, Math.min(10, marks.current.intensity + step));
    marks.setPain({ intensity });
    return intensity;
  }

  function show() {
    const { layer, current } = marks;
    for (const radio of form.querySelectorAll("[name=layer]")) radio.checked = radio.value === layer;
    forPain.toggleAttribute("inert", layer !== "pain");
    slider.value = current.intensity;
    shown.textContent = current.intensity;
    shown.dataset.level = current.intensity;
    quality.value = current.quality;
    form.querySelector("[data-undo]").disabled = !marks.canUndo;
    form.querySelector("[data-clear]").disabled = marks.isEmpty;
    form.querySelector("[data-sizes]").toggleAttribute("inert", tool.name === "area");
    const several = marks.state.pains.length > 1;
    pains.replaceChildren(
      ...(several ? marks.state.pains.map((pain, index) => button(`Pain ${index + 1}`, { pain: index }, index === marks.pain)) : []),
      button("New pain", { newPain: "" }));
  }

  function button(text, data, pressed) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    Object.assign(made.dataset, data);
    if (pressed !== undefined) made.setAttribute("aria-pressed", pressed);
    return made;
  }

  marks.addEventListener("change", show);
  marks.addEventListener("choice", show);
  show();
  return { strength };
}
