// Looks how far a plan is and shows the page anew when something changed. Without script the page reloads by itself.
"use strict";
for (const box of document.querySelectorAll("[data-watch]")) {
  const look = async () => {
    try {
      const answer = await fetch(box.dataset.watch, { cache: "no-store" });
      if (!answer.ok) return location.reload();
      const { state } = await answer.json();
      if (!["waiting", "solving", "stopping"].includes(state)) return location.reload();
      const page = await fetch(location.href, { cache: "no-store" });
      const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
      const now = fresh.querySelector("[data-watch]");
      if (!now) return location.reload();
      // Only what changed is put in place, so that a screen reader hears no more than the news.
      const words = now.querySelector(".lead"), figures = now.querySelectorAll("dd");
      const old = box.querySelector(".lead");
      if (old.textContent !== words.textContent) old.textContent = words.textContent;
      box.querySelectorAll("dd").forEach((dd, i) => {
        if (figures[i] && dd.textContent !== figures[i].textContent) dd.textContent = figures[i].textContent;
      });
      for (const live of document.querySelectorAll("[data-live]")) {
        const news = fresh.querySelector(`[data-live="${live.dataset.live}"]`);
        if (news && news.innerHTML !== live.innerHTML) live.replaceChildren(...news.cloneNode(true).childNodes);
      }
    } catch { /* the portal does not answer just now; look again */ }
    setTimeout(look, Number(box.dataset.every));
  };
  setTimeout(look, Number(box.dataset.every));
}
