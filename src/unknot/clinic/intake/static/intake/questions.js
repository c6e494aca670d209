// The safety questions: one tap for "none of these", rows for anything else, and patching in new
// ones without touching what is being answered.

/** Put freshly asked questions in place; groups that stay the same keep their elements. */
export function patchQuestions(home, fresh) {
  const kept = new Map([...home.querySelectorAll("[data-group]")].map((group) => [group.dataset.group, group]));
  let before = null;
  const next = [...fresh.children];
  for (const group of next) {
    const old = kept.get(group.dataset.group);
    if (old && old.dataset.key === group.dataset.key) {
      kept.delete(group.dataset.group);
      old.classList.toggle("settled", group.classList.contains("settled"));
      if ((before ? before.nextElementSibling : home.firstElementChild) !== old) place(home, old, before);
      before = old;
      continue;
    }
    const focused = old?.contains(document.activeElement) ? document.activeElement.name : null;
    if (old) { group.classList.toggle("expanded", old.classList.contains("expanded") || group.classList.contains("expanded")); old.remove(); kept.delete(group.dataset.group); }
    place(home, group, before);
    before = group;
    ready(group);
    if (focused) group.querySelector(`[name="${CSS.escape(focused)}"]:checked, [name="${CSS.escape(focused)}"]`)?.focus();
  }
  for (const gone of kept.values()) gone.remove();
  for (const stale of home.querySelectorAll(":scope > input[type=hidden]")) if (!next.includes(stale)) stale.remove();
}

function place(home, group, before) {
  if (before) before.after(group);
  else home.prepend(group);
}

export function ready(root) {
  const groups = root.matches?.("[data-group]") ? [root] : root.querySelectorAll("[data-group]");
  for (const group of groups) tell(group);
}

export function listen(home, changed) {
  ready(home);
  home.addEventListener("click", (event) => {
    const group = event.target.closest("[data-group]");
    if (event.target.closest("[data-none]")) {
      for (const row of group.querySelectorAll(".question[role=radiogroup]")) {
        if (!row.querySelector(":checked")) row.querySelector("[value=no]").checked = true;
      }
      tell(group);
      changed();
    } else if (event.target.closest("[data-some]")) {
      const open = group.classList.toggle("expanded");
      event.target.closest("[data-some]").setAttribute("aria-expanded", open);
    }
  });
  home.addEventListener("change", (event) => tell(event.target.closest("[data-group]")));
}

/** Say on the group's buttons how it stands. */
function tell(group) {
  const rows = [...(group?.querySelectorAll(".question[role=radiogroup]") ?? [])];
  if (!rows.length) return;
  const values = rows.map((row) => row.querySelector(":checked")?.value);
  const none = group.querySelector("[data-none]"), some = group.querySelector("[data-some]");
  const answered = values.some((value) => value && value !== "no");
  none.textContent = answered ? "None of the others" : "None of these";
  none.setAttribute("aria-pressed", values.every((value) => value) && (answered ? values.includes("no") : true));
  some.setAttribute("aria-pressed", answered);
  some.setAttribute("aria-expanded", group.classList.contains("expanded"));
}
