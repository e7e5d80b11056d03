// Says under a field, while one types, how much of its limit is left; the server checks it too.
// Of a field: data-limit characters (with maxlength), words (with data-most) or range (min, max).
// The words come from #limit-words. What is read aloud waits for a pause, and for a reason.
(() => {
  const words = document.getElementById("limit-words")?.dataset;
  if (!words) return;

  const PAUSE = 1000; // ms without a key before a screen reader hears the number
  const NEAR = 0.2; // of the limit: below this share left it is worth saying

  const measures = {
    characters: (field) => left([...field.value.replace(/\n/g, "\r\n")].length, field.maxLength, words.characters),
    words: (field) => left(field.value.split(/[,;，；、\n]/).filter((word) => word.trim()).length, Number(field.dataset.most), words.words),
    range: (field) => {
      const value = field.value === "" ? NaN : Number(field.value);
      if (value < Number(field.min)) return { text: `${words.low} ${format(field.min)}`, over: true, near: true };
      if (value > Number(field.max)) return { text: `${words.high} ${format(field.max)}`, over: true, near: true };
      return { text: "", over: false, near: false };
    },
  };

  function format(number) {
    const { lang } = document.documentElement;
    return Number(number).toLocaleString(lang === "es" ? "es-MX" : lang);
  }

  function left(used, most, label) {
    const rest = most - used;
    const over = rest < 0;
    return { text: `${over ? words.over : label} ${format(Math.abs(rest))}`, over, near: rest <= most * NEAR };
  }

  function watch(field) {
    const measure = measures[field.dataset.limit];
    const shown = document.createElement("p");
    const spoken = document.createElement("span");
    shown.className = "limit-left";
    shown.setAttribute("aria-hidden", "true");
    spoken.className = "visually-hidden";
    spoken.setAttribute("aria-live", "polite");
    field.after(shown, spoken);
    let timer;
    const update = () => {
      const { text, over, near } = measure(field);
      shown.textContent = text;
      shown.classList.toggle("over", over);
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (document.activeElement === field) spoken.textContent = near ? text : "";
      }, PAUSE);
    };
    field.addEventListener("input", update);
    window.addEventListener("pageshow", update); // with text that the browser brought back
    update();
  }

  document.querySelectorAll("[data-limit]").forEach(watch);
})();
