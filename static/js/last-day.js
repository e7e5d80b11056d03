// Says the last day of the year that begins on the day that is typed, as the server counts it:
// the day before the same day of the next year, and 28 February after a 29 February.
(() => {
  const first = document.querySelector("[data-first-day]");
  const last = document.querySelector("[data-last-day]");
  if (!first || !last) return;
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" });
  first.addEventListener("input", () => {
    const day = first.valueAsDate;
    last.textContent = day
      ? format.format(Date.UTC(day.getUTCFullYear() + 1, day.getUTCMonth(), day.getUTCDate() - 1))
      : "—";
  });
})();
