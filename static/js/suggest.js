// Suggestions under a search field while it is typed, as an ARIA combobox. Without this the form
// searches, as ever. pavilion/views/suggestions.py answers.
(() => {
  const form = document.querySelector("form[data-suggest]");
  const field = form?.elements.q;
  if (!field) return;

  const TYPING = 150; // ms without a key before it is asked for
  const list = document.createElement("ul");
  const spoken = document.createElement("p");
  let timer;
  let request = null;
  let at = -1; // the option that is chosen with the arrows

  list.id = "suggestions";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.found);
  list.hidden = true;
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  form.append(list, spoken);
  field.autocomplete = "off";
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");

  const options = () => [...list.children];
  const close = () => {
    clearTimeout(timer);
    request?.abort();
    list.hidden = true;
    list.replaceChildren();
    spoken.textContent = "";
    at = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const choose = (index) => {
    const all = options();
    all[at]?.setAttribute("aria-selected", "false");
    at = (index + all.length + 1) % (all.length + 1); // one place is the field itself
    if (at === all.length) at = -1;
    const chosen = all[at];
    if (!chosen) {
      field.removeAttribute("aria-activedescendant");
      return;
    }
    chosen.setAttribute("aria-selected", "true");
    chosen.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", chosen.id);
  };
  const option = (suggestion, index) => {
    const item = document.createElement("li");
    const text = document.createElement("span");
    item.id = `suggestion-${index}`;
    item.className = `accent-${suggestion.code}`;
    item.dataset.url = suggestion.url;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    text.textContent = suggestion.text;
    if (suggestion.language) text.lang = suggestion.language;
    item.append(text);
    const kind = form.dataset[suggestion.kind];
    if (kind) {
      const said = document.createElement("small");
      said.textContent = kind;
      item.append(" ", said);
    }
    return item;
  };
  const show = (suggestions) => {
    list.replaceChildren(...suggestions.map(option));
    at = -1;
    field.removeAttribute("aria-activedescendant");
    list.hidden = suggestions.length === 0;
    field.setAttribute("aria-expanded", String(!list.hidden));
    spoken.textContent = list.hidden ? "" : `${form.dataset.found} ${suggestions.length}`;
  };
  const ask = async () => {
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    const url = `${form.dataset.suggest}?${new URLSearchParams({ q: field.value.trim() })}`;
    try {
      const answer = await fetch(url, { signal, headers: { Accept: "application/json" } });
      const found = answer.ok ? await answer.json() : [];
      if (!signal.aborted && document.activeElement === field) show(found);
    } catch {
      if (!signal.aborted) close(); // offline: the form still says so when it is sent
    }
  };

  field.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (event.isComposing) return; // Chinese is still being written
    if (field.value.trim()) timer = setTimeout(ask, TYPING);
    else close();
  });
  field.addEventListener("compositionend", () => { timer = setTimeout(ask, TYPING); });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault(); // the first one closes the list, the next one empties the field
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) {
        if (field.value.trim()) ask();
        return;
      }
      event.preventDefault();
      choose(at === -1 && event.key === "ArrowUp" ? options().length - 1 : at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      window.location.assign(options()[at].dataset.url);
    } else if (event.key === "Tab") {
      close();
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-url]");
    if (chosen) window.location.assign(chosen.dataset.url);
  });
  field.addEventListener("blur", close);
  window.addEventListener("pagehide", close);
})();
