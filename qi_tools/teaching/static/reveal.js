// Draws what is shown only on pressing a button. It follows blocks.js.

async function fill(place, model) {
  const views = [];
  for (const reference of model.get("children")) {
    const child = await model.widget_manager.get_model(reference.slice("IPY_MODEL_".length));
    views.push(await model.widget_manager.create_view(child));
  }
  place.replaceChildren(...views.map(({ el }) => el));
  return views;
}

function render({ model, el }) {
  const summary = make("summary", { class: "qi-button qi-second" }, model.get("content").label);
  keepKeys(summary);
  const place = make("div", { class: "qi-revealed" });
  el.classList.add("qi-part", "qi-reveal");
  el.append(make("details", {}, summary, place));
  const filling = fill(place, model);
  filling.catch(() => {
    place.replaceChildren(message("bad", "", "This could not be shown. Load the page again."));
  });
  return () => filling.then((views) => views.forEach((view) => view.remove()), () => {});
}

export default { render };
