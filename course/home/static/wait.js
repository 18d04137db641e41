// Without this the page is loaded again every five seconds; with it only the outcome changes, so
// a screen reader reads the news and not the whole page.
"use strict";
(function () {
  const region = document.getElementById("outcome");
  const look = async () => {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("outcome");
      if (fresh && fresh.dataset.state !== "running") {
        region.dataset.state = fresh.dataset.state;
        region.replaceChildren(...fresh.childNodes);
        return;
      }
    } catch {
      // The server may be busy; the next look will tell.
    }
    setTimeout(look, 2000);
  };
  if (region && region.dataset.state === "running") setTimeout(look, 2000);
})();
