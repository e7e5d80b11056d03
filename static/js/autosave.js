// Posts a form while it is filled in; htmx sends it and shows the answer in the line beside the
// buttons. Without this the buttons save, as ever. exporters/views/autosave.py answers.
(() => {
  const form = document.querySelector("form[data-autosave]");
  const line = document.getElementById("autosave");
  if (!form || !line || !window.htmx) return;

  const TYPING = 1500; // ms without a key before the text is sent
  const CHOOSING = 300;
  const HANDLED = ["saved", "partly", "needs", "clash", "ended", "stale"]; // stored or kept
  const turn = form.elements.turn; // counts the edits, so that a late request does no harm
  let edits = Number(turn.value);
  let safe = edits; // the last edit that is stored or kept
  let sending = null; // the last edit of the request on its way
  let failures = 0; // without an answer of ours
  let stuck = false; // the text is neither stored nor kept
  let waiting = null; // the button pressed while a request was on its way
  let leaving = false;
  let timer;

  const say = (state) => {
    line.dataset.state = state;
    line.textContent = line.dataset[state];
  };
  const saveIn = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(() => htmx.trigger(form, "autosave"), delay);
  };
  const edited = (delay) => {
    edits += 1;
    turn.value = edits;
    if (!failures) saveIn(delay);
  };

  form.addEventListener("input", () => edited(TYPING));
  form.addEventListener("change", () => { if (edits > safe && !failures) saveIn(CHOOSING); });

  form.addEventListener("htmx:beforeRequest", (event) => {
    if (sending !== null || leaving || edits <= safe) {
      event.preventDefault();
      return;
    }
    sending = edits;
    if (!failures) say("saving");
  });
  form.addEventListener("htmx:beforeSwap", ({ detail }) => {
    // Only our own line, never a page that came in its place; a refusal is one of our lines too.
    detail.shouldSwap = detail.xhr.getResponseHeader("X-Autosave") !== null;
  });
  form.addEventListener("htmx:afterRequest", ({ detail }) => {
    const state = detail.xhr.getResponseHeader("X-Autosave");
    const sent = sending;
    sending = null;
    if (state) {
      failures = 0;
      line.dataset.state = state;
      stuck = !HANDLED.includes(state);
      if (!stuck) safe = sent;
    } else {
      failures += 1;
      stuck = true;
      say(detail.xhr.status ? "trouble" : "failed");
    }
    if (waiting) form.requestSubmit(waiting);
    else if (!state) saveIn(Math.min(30, 2 ** failures) * 1000);
    else if (edits > sent) saveIn(TYPING);
  });

  // Two posts of one page never race: a button waits for the request on its way.
  form.addEventListener("submit", (event) => {
    leaving = sending === null;
    if (leaving) return;
    event.preventDefault();
    waiting = event.submitter;
  });

  window.addEventListener("online", () => { if (edits > safe) saveIn(0); });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && edits > safe) saveIn(0);
  });
  window.addEventListener("beforeunload", (event) => {
    if (stuck && edits > safe && !leaving) event.preventDefault();
  });
  window.addEventListener("pagehide", () => {
    if (edits <= safe || leaving) return;
    const data = new FormData(form);
    data.append("autosave", "1");
    navigator.sendBeacon(window.location.href, data);
  });

  // Text that the browser itself brings back, of an earlier visit: who has changed what since
  // then is not known, so that it counts as written without having seen anything.
  const broughtBack = (field) => {
    if (!field.name || field.type === "hidden") return false;
    if (field.type === "checkbox") return field.checked !== field.defaultChecked;
    if (field.options) return !field.selectedOptions[0]?.defaultSelected;
    return field.value !== field.defaultValue;
  };
  window.addEventListener("pageshow", (event) => {
    leaving = false;
    waiting = null;
    const fields = [...form.querySelectorAll("input, select, textarea")];
    if (event.persisted || edits > safe || !fields.some(broughtBack)) return;
    form.elements.version.value = form.dataset.unseen;
    edited(CHOOSING);
  });

  if ("unsaved" in form.dataset) edited(CHOOSING); // came back with errors: keep what it has
})();
