// Keys, stepping through marks, times in the reader's zone. The page is whole without any of it.
(() => {
  "use strict";
  const all = (selector) => [...document.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);

  // Whether the keys are on is kept by the browser where it lets us.
  const remembered = () => { try { return localStorage.getItem("dateline-keys") !== "off"; } catch { return true; } };
  const remember = (on) => { try { localStorage.setItem("dateline-keys", on ? "on" : "off"); } catch { /* not kept */ } };
  let keysOn = remembered();

  const showSwitch = () => {
    const line = one(".keys");
    if (!line) return;
    const button = line.querySelector("button");
    const draw = () => {
      button.textContent = keysOn ? "Keys are on" : "Keys are off";
      button.setAttribute("aria-pressed", String(keysOn));
    };
    button.addEventListener("click", () => { keysOn = !keysOn; remember(keysOn); draw(); });
    draw();
    line.hidden = false;
  };

  // Hits: j and k move the focus, so that Enter is the browser's own.
  const stepHits = (by) => {
    const links = all(".hit h2 a");
    const here = links.indexOf(document.activeElement);
    const next = links[here < 0 ? (by > 0 ? 0 : links.length - 1) : here + by];
    if (!next) return;
    next.focus({ preventScroll: true });
    next.closest(".hit").scrollIntoView({ block: "nearest" });
  };

  // Marks: n and p, and two buttons in place of the link to the first.
  const marks = all("mark[id]");
  let at = -1;
  const stepMarks = (by) => {
    if (!marks.length) return;
    marks[at]?.classList.remove("on");
    at = (at + by + marks.length + (at < 0 && by < 0 ? 1 : 0)) % marks.length;
    marks[at].classList.add("on");
    marks[at].scrollIntoView({ block: "center" });
    one(".marks .at").textContent = `${at + 1} of ${marks.length} marks`;
  };
  const showSteps = () => {
    const first = one(".marks .first");
    if (!first || !marks.length) return;
    at = marks.findIndex((mark) => `#${mark.id}` === location.hash);
    for (const [label, by] of [["Previous", -1], ["Next", 1]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.addEventListener("click", () => stepMarks(by));
      first.before(button);
    }
    first.remove();
  };

  // The rail shows where the marks really stand once the page is laid out.
  const placeRail = () => {
    const ticks = all(".rail rect");
    const height = document.documentElement.scrollHeight;
    marks.forEach((mark, number) => {
      const top = mark.getBoundingClientRect().top + window.scrollY;
      ticks[number]?.setAttribute("y", `${((100 * top) / height).toFixed(2)}%`);
    });
  };

  // Days stay as printed; the full time in the reader's zone stands behind them.
  const showZones = () => {
    const full = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "long" });
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    for (const time of all("time[datetime*=T]")) {
      const value = new Date(time.dateTime);
      if (Number.isNaN(value.getTime())) continue;
      time.title = `${full.format(value)} (${zone})`;
    }
  };

  // The citation can be copied where the browser lets us, and is selected where it does not.
  const showCopy = () => {
    const text = one(".citation");
    if (!text) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(text);
        button.textContent = "Selected; copy with Ctrl+C";
      }
    });
    one(".cite .links").prepend(button);
  };

  // [ and ] go to the hits beside an article, and to the pages beside a page of results.
  const go = (rel) => one(`a[rel=${rel}]`)?.click();

  const keys = {
    "/": () => { const box = one("input[type=search]"); box.focus(); box.select(); },
    j: () => stepHits(1),
    k: () => stepHits(-1),
    n: () => stepMarks(1),
    p: () => stepMarks(-1),
    "[": () => go("prev"),
    "]": () => go("next"),
    "?": () => { location.href = "/help#keys"; },
  };
  const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !keysOn) return;
    if (typing(event.target)) { if (event.key === "Escape") event.target.blur(); return; }
    const act = Object.hasOwn(keys, event.key) && keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  showSwitch();
  showSteps();
  showZones();
  showCopy();
  if (marks.length) { placeRail(); window.addEventListener("resize", placeRail); }
})();
