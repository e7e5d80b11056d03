// Puts the text that a reason proposes into its text field, unless someone has written there.
document.querySelectorAll("[data-reason-select]").forEach((select) => {
  const place = select.closest("[data-reason-row], form");
  const field = place.querySelector("[data-reason-text]");
  let proposed = "";
  select.addEventListener("change", () => {
    const text = select.selectedOptions[0].dataset.text || "";
    if (field.value.trim() === "" || field.value === proposed) {
      field.value = text;
      proposed = text;
    }
  });
});
