// Without this the page is loaded again every five seconds; with it only the outcome changes, so
// a screen reader reads the news and not the whole page.
"use strict";
(function () {
  const region = document.getElementById("outcome");
  const look = async () => {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      const text = await answer.text();
      // What was waited for may be a page of its own. Its style is not for this one to parse.
      if (!text.includes('id="outcome"')) return location.reload();
      const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("outcome");
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
