/* A button that prints the page: `<button type="button" data-print>`; where no scripts run, CSS hides it. */

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
