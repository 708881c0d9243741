// What a page owes everybody and no engine sees, as functions that give sentences on what is wrong.
// tests/browser/test_accessibility.py puts this into each kind of page.

window.inspect = (() => {
  const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";
  const DRAWN = "svg, select, .visually-hidden, .map-box, .stars, .bar, .breadcrumb-item.active"; // drawn, or said elsewhere
  const PARTS = "aside, nav, section, article, header, footer, form, fieldset, details, table, tr, main";
  const shown = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length > 0;
  const hidden = (node) => Boolean(node.closest(".visually-hidden, .skip-link, [inert]"));
  const tabbable = () =>
    [...document.querySelectorAll(FOCUSABLE)].filter(
      (node) => shown(node) && !node.disabled && node.type !== "hidden" && node.tabIndex >= 0 && !node.closest("[inert]"),
    );
  const named = (node) =>
    `<${node.localName}${node.id ? ` #${node.id}` : ""}${node.className ? ` .${String(node.className.baseVal ?? node.className).trim().replace(/\s+/g, ".")}` : ""}> “${(node.getAttribute("aria-label") || node.textContent).trim().replace(/\s+/g, " ").slice(0, 40)}”`;

  // 2.5.8: 24 by 24, or in a line of text, or a circle of 24 about it meets no other target.
  function targets() {
    const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [role=button]")]
      .filter((node) => shown(node) && !node.disabled && node.type !== "hidden" && !hidden(node))
      .map((node) => {
        const label = ["checkbox", "radio"].includes(node.type) && node.labels[0];
        const boxes = [node, label].filter(Boolean).map((one) => one.getBoundingClientRect());
        return { node, box: boxes.reduce((a, b) => (a.width * a.height > b.width * b.height ? a : b)) };
      })
      .filter(({ box }) => box.width > 1 && box.height > 1);
    const isInline = ({ node }) => {
      if (getComputedStyle(node).display !== "inline") return false;
      let block = node.parentElement;
      while (/^inline$|contents/.test(getComputedStyle(block).display)) block = block.parentElement;
      return block.textContent.trim().length > node.textContent.trim().length;
    };
    const small = all.filter((one) => Math.min(one.box.width, one.box.height) < 23.99 && !isInline(one));
    const middle = ({ box }) => [box.x + box.width / 2, box.y + box.height / 2];
    return small
      .filter((one) => {
        const [x, y] = middle(one);
        return all.some((other) => {
          if (other === one || other.node.contains(one.node) || one.node.contains(other.node)) return false;
          if (small.includes(other)) {
            const [u, v] = middle(other);
            return Math.hypot(u - x, v - y) < 24;
          }
          const [dx, dy] = [
            Math.max(other.box.left - x, 0, x - other.box.right),
            Math.max(other.box.top - y, 0, y - other.box.bottom),
          ];
          return Math.hypot(dx, dy) < 12;
        });
      })
      .map(({ node, box }) => `target of ${Math.round(box.width)}×${Math.round(box.height)}: ${named(node)}`);
  }

  // 2.4.7, 2.4.11: each stop shows that it has the focus, and nothing lies over it. 2.4.3: stops go on, not back.
  function focus() {
    const faults = [];
    let before;
    for (const node of tabbable()) {
      if (!shown(node)) continue; // a stop before it closed what it is in
      if (node.parentElement.closest(".leaflet-container")) continue; // its markers gather anew when one has the focus
      const plain = look(node);
      node.focus({ focusVisible: true });
      if (document.activeElement !== node) {
        faults.push(`cannot have the focus: ${named(node)}`);
        continue;
      }
      if (look(node) === plain) faults.push(`does not show its focus: ${named(node)}`);
      if (isCutOff(node)) faults.push(`has its ring cut off: ${named(node)}`);
      node.scrollIntoView({ block: "nearest", behavior: "instant" });
      const box = (node.closest("svg") && node.querySelector("rect, path") || node).getClientRects()[0];
      const isFixed = node.closest(".skip-link");
      if (!isFixed && box.width > 1 && box.height > 1 && !overlaid(node, box)) {
        faults.push(`has the focus below something else: ${named(node)}`);
      }
      const place = { node, top: box.top + scrollY, bottom: box.bottom + scrollY, left: box.left, right: box.right };
      const isNear = before && before.node.closest(PARTS) === node.closest(PARTS);
      const isBack = isNear && place.bottom <= before.top + 1;
      const isRightToLeft = document.documentElement.dir === "rtl";
      if (isBack && (isRightToLeft ? place.left >= before.right : place.right <= before.left)) {
        faults.push(`comes after ${named(before.node)}, up and back: ${named(node)}`);
      }
      const isSame = before && Math.abs(place.top - before.top) < 4 && place.node.parentElement === before.node.parentElement;
      if (isSame && (isRightToLeft ? place.left > before.right : place.right < before.left)) {
        faults.push(`comes after ${named(before.node)}, back in its row: ${named(node)}`);
      }
      before = place;
    }
    document.activeElement.blur();
    scrollTo({ top: 0, behavior: "instant" });
    return faults;
  }

  // What scrolls down cuts off the ring at the sides of what stands at its edge.
  function isCutOff(node) {
    const style = getComputedStyle(node);
    const room = parseFloat(style.outlineOffset) + 1; // some of the ring at each side
    if (style.outlineStyle === "none" || style.display === "inline" || room < 1) return false;
    const box = node.getBoundingClientRect();
    for (let up = node.parentElement; up && up !== document.body; up = up.parentElement) {
      if (!/auto|hidden|scroll|clip/.test(getComputedStyle(up).overflowX) || up.scrollWidth > up.clientWidth) continue;
      const frame = up.getBoundingClientRect();
      if (box.left - room < frame.left || box.right + room > frame.right) return true;
    }
    return false;
  }

  function look(node) {
    const parts = [node, ...node.querySelectorAll("*"), node.nextElementSibling, node.parentElement, node.closest("label")].filter(Boolean);
    const styles = [...parts.map((part) => getComputedStyle(part)), getComputedStyle(node, "::after")];
    const told = ["outlineStyle", "outlineWidth", "boxShadow", "borderColor", "backgroundColor", "stroke", "strokeWidth"];
    return styles.map((style) => told.map((name) => style[name]).join()).join("|");
  }

  // One of the corners and the middle of a box is seen (2.4.11 asks that it be not entirely hidden).
  function overlaid(node, box) {
    const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    if (left >= right || top >= bottom) return false;
    const points = [
      [(left + right) / 2, (top + bottom) / 2],
      [left + 2, top + 2],
      [right - 2, bottom - 2],
    ];
    return points.some(([x, y]) => {
      const found = document.elementFromPoint(x, y);
      return found && (node.contains(found) || found.contains(node) && !found.matches("[role=dialog]") || found.closest("label")?.control === node);
    });
  }

  // 1.4.4, 1.4.10: nothing is wider than the screen but what scrolls by itself.
  function sideways() {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const wide = [...document.body.querySelectorAll("*")].filter((node) => {
      const box = node.getBoundingClientRect();
      if (!shown(node) || (box.right <= root.clientWidth + 1 && box.left >= -1)) return false;
      for (let up = node.parentElement; up; up = up.parentElement) {
        if (up !== document.body && up !== root && getComputedStyle(up).overflowX !== "visible") return false;
      }
      return true;
    });
    return [`is ${root.scrollWidth} wide on ${root.clientWidth}: ${wide.slice(-2).map(named)}`];
  }

  // 1.4.12: words that their box cuts off.
  function cut() {
    return [...document.body.querySelectorAll("*")]
      .filter((node) => {
        if (!shown(node) || hidden(node) || !node.textContent.trim() || node.closest(DRAWN)) return false;
        const style = getComputedStyle(node);
        const [x, y] = [/hidden|clip/.test(style.overflowX), /hidden|clip/.test(style.overflowY)];
        if (!(x || y) || node.clientWidth < 2 || style.clipPath.startsWith("inset(50%")) return false;
        return (x && node.scrollWidth > node.clientWidth + 2) || (y && node.scrollHeight > node.clientHeight + 2);
      })
      .map((node) => `cuts words off: ${named(node)}`);
  }

  // 2.3.3 and prefers-reduced-motion.
  function motion() {
    const isStill = (times) => times.split(",").every((time) => parseFloat(time) <= 0.01);
    return [...document.querySelectorAll("*")]
      .filter((node) => {
        const style = getComputedStyle(node);
        const moves = !isStill(style.transitionDuration) && style.transitionProperty !== "none";
        const plays = style.animationName !== "none" && !isStill(style.animationDuration);
        return moves || plays || style.scrollBehavior === "smooth";
      })
      .map((node) => `moves: ${named(node)}`);
  }

  const SPACING = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
    p { margin-block-end: 2em !important; }`;
  function space(isOn) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(SPACING);
    document.adoptedStyleSheets = isOn ? [sheet] : [];
  }

  // 1.4.4, as whoever chooses it on our page of preferences.
  async function enlarge(isOn) {
    const link = document.getElementById("inspect-large") ?? document.createElement("link");
    document.documentElement.toggleAttribute("data-text", isOn);
    if (isOn) {
      document.documentElement.dataset.text = "200";
      Object.assign(link, { id: "inspect-large", rel: "stylesheet", href: "/static/css/display.css" });
      const loaded = new Promise((resolve) => link.addEventListener("load", resolve, { once: true }));
      document.head.append(link);
      await loaded;
    } else {
      link.remove();
    }
  }

  const openAll = () => document.querySelectorAll("details:not(.site-languages)").forEach((details) => { details.open = true; });
  return { cut, enlarge, focus, motion, openAll, sideways, space, tabbable, targets };
})();
