"use strict";
/* What a page does beyond its HTML: light and dark, charts, and the reasons of an event beside its words. */

const root = document.documentElement;
let stored = null;
try { stored = localStorage.getItem("theme"); } catch { /* a browser may keep nothing */ }
if (stored === "light" || stored === "dark") root.dataset.theme = stored;

const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);

function themes() {
  const button = document.querySelector(".theme");
  const say = () => { button.textContent = isDark() ? "Light" : "Dark"; button.setAttribute("aria-label", `Show in ${isDark() ? "light" : "dark"} colours`); };
  const changed = () => { say(); if (window.vegaEmbed) charts(); };
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* as above */ }
    changed();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  say();
}

const drawn = new Map(); // what was fetched, to be drawn again in other colours

/* Draw each chart in the colours of the page; its own are the light ones. */
function charts() {
  for (const place of document.querySelectorAll("[data-spec]")) {
    const from = place.dataset.spec;
    if (!drawn.has(from)) drawn.set(from, fetch(from).then((answer) => { if (!answer.ok) throw new Error(answer.status); return answer.json(); }));
    drawn.get(from)
      .then((spec) => {
        const own = isDark() ? { ...spec, config: JSON.parse(document.getElementById("dark").textContent) } : spec;
        return vegaEmbed(place, own, { ast: true, renderer: "svg", actions: false, defaultStyle: false, tooltip: { disableDefaultStyle: true } });
      })
      .catch((fault) => { place.textContent = `This chart cannot be drawn (${fault.message}). Its figures are in the table below.`; });
  }
}

function reasons() {
  const card = (name) => document.getElementById(`event-${name}`);
  const float = document.body.appendChild(Object.assign(document.createElement("div"), { className: "float", hidden: true }));
  float.setAttribute("aria-hidden", "true"); // it repeats a card that the word is described by
  const show = (mark) => {
    const names = mark.dataset.events.split(" ");
    for (const one of document.querySelectorAll("[data-events]")) one.classList.toggle("on", one.dataset.events.split(" ").some((name) => names.includes(name)));
    for (const one of document.querySelectorAll(".card")) one.classList.toggle("on", names.includes(one.dataset.event));
    const cards = names.map(card).filter((one) => one && one.matches(".card"));
    float.replaceChildren(...cards.flatMap((one) => [...one.cloneNode(true).children]));
    float.hidden = cards.length === 0;
    const at = mark.getBoundingClientRect();
    float.style.left = `${Math.max(8, Math.min(at.left, innerWidth - float.offsetWidth - 8))}px`;
    const below = at.bottom + 8;
    float.style.top = `${below + float.offsetHeight > innerHeight ? Math.max(8, at.top - float.offsetHeight - 8) : below}px`;
  };
  const hide = () => {
    float.hidden = true;
    for (const one of document.querySelectorAll(".on")) one.classList.remove("on");
  };
  for (const mark of document.querySelectorAll(".text [data-events]")) {
    mark.addEventListener("mouseenter", () => show(mark));
    mark.addEventListener("focus", () => show(mark));
    mark.addEventListener("mouseleave", hide);
    mark.addEventListener("blur", hide);
  }
  addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
}

document.addEventListener("DOMContentLoaded", () => {
  themes();
  if (window.vegaEmbed) charts();
  reasons();
  // Empty fields would only make the address longer.
  for (const form of document.querySelectorAll(".filters"))
    form.addEventListener("formdata", (event) => { for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name); });
});
