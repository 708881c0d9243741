/* A button that prints the page: `<button type="button" data-print hidden>`, shown where scripts run. */

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
