// Small comforts; every page works without them.
"use strict";
// A row of many links is one stop for the Tab key; arrows move within it.
for (const group of document.querySelectorAll("[data-roving]")) {
  const links = [...group.querySelectorAll("a")];
  const start = Math.max(links.findIndex((a) => a.hasAttribute("aria-current")), 0);
  links.forEach((a, i) => { a.tabIndex = i === start ? 0 : -1; });
  group.addEventListener("keydown", (event) => {
    const here = links.indexOf(document.activeElement);
    const rtl = document.dir === "rtl" ? -1 : 1;
    const step = { ArrowRight: rtl, ArrowLeft: -rtl, PageDown: 10, PageUp: -10 }[event.key];
    let next = step ? here + step : { Home: 0, End: links.length - 1 }[event.key];
    if (here < 0 || next === undefined) return;
    next = Math.min(Math.max(next, 0), links.length - 1);
    links[here].tabIndex = -1;
    links[next].tabIndex = 0;
    links[next].focus();
    event.preventDefault();
  });
}
// Empty fields stay out of the address.
for (const form of document.querySelectorAll("form[method=get]")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
  });
}
addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form[method=get] :disabled")) field.disabled = false;
});
