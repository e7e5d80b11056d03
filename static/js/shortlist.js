// Pages of the pavilion are kept for everyone: what is on the visitor's own shortlist is shown
// here, from its cookie, and changed without leaving the page. Without this the buttons of the
// product's page post their form, and the list is a page. pavilion/views/shortlist.py answers.
(() => {
  const strip = document.querySelector("[data-shortlist]");
  if (!strip) return;
  const { shortlist: address, keep, kept, full, failed, added, removed } = strip.dataset;
  const count = strip.querySelector("[data-shortlist-count]");
  const said = strip.querySelector("[data-shortlist-said]");

  const keys = () => {
    const found = document.cookie.match(/(?:^|; )shortlist=([0-9.]*)/);
    return found ? found[1].split(".").filter(Boolean) : [];
  };

  // A star on each card of a list: the card's link covers it all but this button.
  document.querySelectorAll(".product-card[data-product]").forEach((card) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "card-keep";
    button.dataset.keepProduct = card.dataset.product;
    button.dataset.slug = card.dataset.slug;
    button.dataset.name = card.querySelector("h3").textContent.trim();
    card.append(button);
  });

  const show = () => {
    const list = keys();
    count.hidden = list.length === 0;
    count.textContent = list.length;
    document.querySelectorAll("[data-keep-product]").forEach((place) => {
      const has = list.includes(place.dataset.keepProduct);
      const label = place.querySelector("[data-keep-label]");
      const button = place.matches("button") ? place : place.querySelector("button");
      button.setAttribute("aria-pressed", has);
      if (label) label.textContent = has ? kept : keep;
      else {
        button.textContent = has ? "★" : "☆";
        button.setAttribute("aria-label", `${keep}: ${place.dataset.name}`);
        button.title = has ? kept : keep;
      }
    });
  };

  let sending = false; // a second press waits for the answer of the first
  const change = async (key, slug) => {
    if (sending) return;
    sending = true;
    const has = keys().includes(key);
    const body = new URLSearchParams({ p: slug, action: has ? "remove" : "add" });
    try {
      const answer = await fetch(address, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
      if (answer.status === 409) said.textContent = full;
      else if (!answer.ok) said.textContent = failed;
      else said.textContent = has ? removed : added;
    } catch {
      said.textContent = failed;
    }
    sending = false;
    said.classList.toggle("visually-hidden", [added, removed].includes(said.textContent));
    show();
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-keep-product]");
    if (button) change(button.dataset.keepProduct, button.dataset.slug);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-keep-product]");
    if (!form) return;
    event.preventDefault();
    change(form.dataset.keepProduct, form.elements.p.value);
  });
  window.addEventListener("pageshow", show); // the back button brings an older page
  show();
})();
