// The safety questions, one set at a time: one tap for "none of these", rows for anything else.
// New sets come in as the drawing changes, without touching the one being answered.

const PAUSE_MS = 350;
/** After a step, how long taps are not taken: a double tap must not answer the next set. */

/** Put freshly asked questions in place; sets that stay the same keep their elements. */
export function patchQuestions(home, fresh) {
  const kept = new Map([...home.querySelectorAll("[data-group]")].map((group) => [group.dataset.group, group]));
  const own = home.querySelector("[data-own]");
  kept.delete(own.dataset.group);
  let before = null;
  for (const group of fresh.querySelectorAll("[data-group]")) {
    const old = kept.get(group.dataset.group);
    kept.delete(group.dataset.group);
    let stays = group;
    if (old?.dataset.key === group.dataset.key) stays = old;
    else if (old) {
      group.classList.toggle("expanded", old.classList.contains("expanded") || group.classList.contains("expanded"));
      group.classList.toggle("current", old.classList.contains("current"));
      const focused = old.contains(document.activeElement) ? document.activeElement : null;
      old.replaceWith(group);
      if (focused) refocus(group, focused);
    }
    const expected = before ? before.nextElementSibling : home.firstElementChild;
    if (expected !== stays) before ? before.after(stays) : home.prepend(stays);
    stays.classList.toggle("settled", group.classList.contains("settled"));
    before = stays;
  }
  for (const gone of kept.values()) gone.remove();
  for (const old of home.querySelectorAll(":scope > input[type=hidden]")) old.remove();
  home.append(...fresh.querySelectorAll(":scope > input[type=hidden]"));
}

function refocus(group, { name, value }) {
  const same = [...group.querySelectorAll("input, select, button")].filter((one) => one.name === name);
  (same.find((one) => one.value === value) ?? same[0])?.focus();
}

export class Steps {
  #rest = 0;

  constructor(card, changed) {
    this.card = card;
    this.home = card.querySelector("[data-questions]");
    card.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button || event.timeStamp < this.#rest) return;
      const group = button.closest("[data-group]");
      if (button.dataset.none !== undefined) {
        for (const row of rows(group)) if (!row.querySelector(":checked")) row.querySelector("[value=no]").checked = true;
        changed();
        if (!group.querySelector(".other")) this.step(1, event.timeStamp);
        this.show();
      } else if (button.dataset.some !== undefined) {
        group.classList.toggle("expanded");
        this.show();
        if (group.classList.contains("expanded")) group.querySelector(".question input").focus();
      } else if (button.dataset.step) this.step(Number(button.dataset.step), event.timeStamp);
    });
    this.home.addEventListener("change", () => this.show());
    this.show();
  }

  get groups() { return [...this.home.querySelectorAll("[data-group]")]; }

  step(by, now) {
    const { groups } = this;
    const at = groups.findIndex((group) => group.classList.contains("current"));
    const next = groups[Math.max(0, Math.min(groups.length - 1, at + by))];
    this.#rest = now + PAUSE_MS;
    this.show(next);
    const legend = next.querySelector("legend");
    legend.tabIndex = -1;
    legend.focus({ preventScroll: true });
    this.card.scrollIntoView({ block: "nearest" });
  }

  /** Show one set, and how far along it is. */
  show(wanted) {
    const { groups, card } = this;
    const current = wanted ?? groups.find((group) => group.classList.contains("current"))
      ?? groups.find((group) => !group.classList.contains("settled")) ?? groups.at(-1);
    const at = groups.indexOf(current);
    for (const group of groups) { group.classList.toggle("current", group === current); tell(group); }
    card.querySelector("[data-step-words]").textContent = `${at + 1} of ${groups.length}`;
    card.querySelector("[data-step-bar]").style.width = `${100 * (at + 1) / groups.length}%`;
    const [back, on] = card.querySelectorAll("[data-step]");
    back.disabled = at === 0;
    on.disabled = at === groups.length - 1;
    on.textContent = answered(current) ? "Next" : "Leave open";
  }
}

const rows = (group) => [...group.querySelectorAll(".question[role=radiogroup]")];

function answered(group) {
  if (group.dataset.own !== undefined) return true;
  return rows(group).every((row) => row.querySelector(":checked"))
    && [...group.querySelectorAll(".other :is(input, select)")].every((field) => field.value);
}

/** Say on the set's buttons how it stands. */
function tell(group) {
  const values = rows(group).map((row) => row.querySelector(":checked")?.value);
  if (!values.length) return;
  const none = group.querySelector("[data-none]"), some = group.querySelector("[data-some]");
  const yes = values.some((value) => value && value !== "no");
  none.textContent = yes ? "None of the others" : "None of these";
  none.setAttribute("aria-pressed", values.every(Boolean) && (!yes || values.includes("no")));
  some.setAttribute("aria-pressed", yes);
  some.setAttribute("aria-expanded", group.classList.contains("expanded"));
}
