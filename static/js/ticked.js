// Adds up what is ticked in a list of amounts, in the words of the page.
document.querySelectorAll("form[data-ticked]").forEach((form) => {
  const places = { usd: form.querySelector("[data-ticked-usd]"), mxn: form.querySelector("[data-ticked-mxn]") };
  const count = form.querySelector("[data-ticked-count]");
  const signs = { usd: "US$", mxn: "MX$" };
  const figures = new Intl.NumberFormat("es-MX", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const add = () => {
    const boxes = [...form.querySelectorAll("input[type=checkbox]:checked")];
    count.textContent = boxes.length;
    Object.entries(places).forEach(([name, place]) => {
      if (!place) return;
      const cents = boxes.reduce((sum, box) => sum + Math.round(Number(box.dataset[name]) * 100), 0);
      place.textContent = signs[name] + figures.format(cents / 100);
    });
  };
  form.addEventListener("change", add);
  window.addEventListener("pageshow", add);
});
