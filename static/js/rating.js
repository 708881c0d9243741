// How clear a page is, answered in place: the form is sent, and the page that answers it gives what to say in
// its stead. Fetched when the form is first used; without a script, or a network, the form is sent as any other.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.closest("#rating") && !event.defaultPrevented) {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const said = page.getElementById("rating-answer");
      const title = document.createElement("h2"); // the page has its h1
      const heading = said.querySelector("h1");
      title.append(...heading.childNodes);
      title.id = heading.id;
      title.tabIndex = -1;
      heading.replaceWith(title);
      said.querySelector(".rating-back")?.remove(); // nobody left it
      document.querySelector("#rating-answer, #rating").replaceWith(said);
      title.focus(); // which reads it out
    } catch {
      form.submit();
    }
  }
});
