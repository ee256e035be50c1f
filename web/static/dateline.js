// Keys, suggestions, stepping through marks, times in the reader's zone. The page is whole without any of it.
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

  // Suggestions while typing. None is chosen until an arrow key does, so that Enter searches for
  // what was typed; where the server does not answer there are none.
  const suggestIn = (box) => {
    const form = box.form;
    const list = document.createElement("ul");
    list.id = "suggested";
    list.className = "suggested";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Suggestions");
    const status = document.createElement("span");
    status.className = "unseen";
    status.setAttribute("role", "status");
    form.append(list, status);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
    })) box.setAttribute(name, value);

    let found = [], before = "", chosen = -1, wait = 0, asked = null;
    const show = () => {
      list.hidden = !found.length;
      box.setAttribute("aria-expanded", String(!list.hidden));
      chosen = -1;
      box.removeAttribute("aria-activedescendant");
    };
    const close = () => { clearTimeout(wait); asked?.abort(); found = []; status.textContent = ""; show(); };
    const take = (one) => {
      close();
      if (one.id) { location.href = `/article/${encodeURIComponent(one.id)}`; return; }
      box.value = before + (one.kind === "system" ? one.text : `${one.kind}:"${one.text.replaceAll('"', " ")}"`);
      form.requestSubmit();
    };
    const draw = () => {
      list.replaceChildren(...found.map((one, number) => {
        const row = document.createElement("li");
        const kind = document.createElement("span");
        row.id = `suggested-${number}`;
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", "false");
        row.append(one.text);
        kind.textContent = one.id ? "article" : `${one.kind} · ${one.count}`;
        row.append(kind);
        // Before the box loses the focus, which would close the list.
        row.addEventListener("mousedown", (event) => { event.preventDefault(); take(one); });
        return row;
      }));
      status.textContent = found.length ? `${found.length} suggestions; arrow keys choose` : "";
      show();
    };
    const step = (by) => {
      // One place more than there are suggestions: none chosen, what was typed.
      const places = found.length + 1;
      list.children[chosen]?.setAttribute("aria-selected", "false");
      chosen = ((chosen + 1 + by + places) % places) - 1;
      const row = list.children[chosen];
      row?.setAttribute("aria-selected", "true");
      if (row) box.setAttribute("aria-activedescendant", row.id);
      else box.removeAttribute("aria-activedescendant");
    };
    const complete = async (typed, signal) => {
      const answer = await fetch(`/api/suggest?q=${encodeURIComponent(typed)}`, { signal });
      return answer.ok ? answer.json() : [];
    };
    const ask = async () => {
      asked?.abort();
      asked = new AbortController();
      const { signal } = asked;
      const typed = box.value;
      const last = typed.match(/^(.*\s)(\S{2,})$/s);
      try {
        let got = await complete(typed, signal);
        let kept = "";
        // Where the whole is no beginning of a name, its last word may be.
        if (!got.length && last) {
          kept = last[1];
          got = (await complete(last[2], signal)).filter((one) => !one.id);
        }
        if (signal.aborted) return;
        found = got; before = kept;
        draw();
      } catch { if (!signal.aborted) close(); }
    };
    box.addEventListener("input", (event) => {
      clearTimeout(wait);
      if (event.isComposing) return;
      if (box.value.trim().length < 2) { close(); return; }
      wait = setTimeout(ask, 120);
    });
    box.addEventListener("keydown", (event) => {
      if (event.isComposing || list.hidden) return;
      if (event.key === "ArrowDown") step(1);
      else if (event.key === "ArrowUp") step(-1);
      else if (event.key === "Enter" && chosen >= 0) take(found[chosen]);
      else if (event.key === "Escape") { close(); event.stopPropagation(); }
      else return;
      event.preventDefault();
    });
    box.addEventListener("blur", close);
    form.addEventListener("submit", close);
  };

  // Dragging over the timeline chooses the days of every bar passed; a click is the bar's own link.
  const dragOver = (chart) => {
    const places = [...chart.querySelectorAll("[data-days]")];
    let begin = -1, end = -1, dragged = false;
    const at = (event) => {
      const box = chart.getBoundingClientRect();
      const across = ((event.clientX - box.left) / box.width) * chart.viewBox.baseVal.width;
      return Math.max(0, Math.min(places.length - 1, Math.floor(across / places[0].width.baseVal.value)));
    };
    const draw = () => {
      const [low, high] = [Math.min(begin, end), Math.max(begin, end)];
      places.forEach((place, number) => place.classList.toggle("over", dragged && low <= number && number <= high));
    };
    const stop = () => { begin = end = -1; dragged = false; draw(); };
    chart.addEventListener("pointerdown", (event) => {
      dragged = false;
      if (event.button === 0) begin = end = at(event);
    });
    chart.addEventListener("pointermove", (event) => {
      if (begin < 0) return;
      end = at(event);
      if (end !== begin && !dragged) { dragged = true; chart.setPointerCapture(event.pointerId); }
      draw();
    });
    chart.addEventListener("pointerup", () => {
      if (!dragged) { stop(); return; }
      const days = [begin, end].sort((a, b) => a - b).map((number) => places[number].dataset.days.split("/"));
      const found = new URL(chart.dataset.url, location.href);
      found.searchParams.set("from", days[0][0]);
      found.searchParams.set("to", days[1][1]);
      begin = -1;
      location.href = found;
    });
    chart.addEventListener("pointercancel", stop);
    chart.addEventListener("dragstart", (event) => event.preventDefault());
    chart.addEventListener("click", (event) => { if (dragged) { event.preventDefault(); stop(); } }, true);
  };

  // Why a hit matched is fetched from its own page and shown under the hit; again folds it away.
  const explain = (link) => link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const hit = link.closest(".hit");
    const shown = hit.querySelector(".why");
    link.setAttribute("aria-expanded", String(!shown));
    if (shown) { shown.remove(); return; }
    try {
      const answer = await fetch(link.href);
      const why = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".why");
      link.closest(".meta").after(why);
    } catch { location.href = link.href; }
  });

  // [ and ] go to the hits beside an article, and to the pages beside a page of results.
  const go = (rel) => one(`a[rel=${rel}]`)?.click();

  // The keys and the examples of the help page over this one; the page itself where that fails.
  const help = async () => {
    const open = one("dialog");
    if (open) { open.close(); return; }
    if (location.pathname === "/help") { location.hash = "keys"; return; }
    try {
      const answer = await fetch("/help");
      const found = new DOMParser().parseFromString(await answer.text(), "text/html");
      const dialog = document.createElement("dialog");
      const shut = document.createElement("button");
      const whole = document.createElement("a");
      dialog.setAttribute("aria-label", "Help");
      dialog.className = "prose";
      shut.type = "button";
      shut.textContent = "Close";
      shut.addEventListener("click", () => dialog.close());
      whole.href = "/help";
      whole.textContent = "All of the help";
      dialog.append(shut, found.querySelector("#keys"), found.querySelector("#language"), whole);
      dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
      dialog.addEventListener("close", () => dialog.remove());
      document.body.append(dialog);
      dialog.showModal();
    } catch { location.href = "/help#keys"; }
  };

  const keys = {
    "/": () => { const box = one("input[type=search]"); box.focus(); box.select(); },
    j: () => stepHits(1),
    k: () => stepHits(-1),
    n: () => stepMarks(1),
    p: () => stepMarks(-1),
    "[": () => go("prev"),
    "]": () => go("next"),
    "?": help,
  };
  const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !keysOn) return;
    if (typing(event.target)) { if (event.key === "Escape") event.target.blur(); return; }
    const act = Object.hasOwn(keys, event.key) && keys[event.key];
    // Over the page only the help's own key has a meaning.
    if (!act || (one("dialog") && event.key !== "?")) return;
    event.preventDefault();
    act();
  });

  all("input[type=search]").forEach(suggestIn);
  all(".timeline").forEach(dragOver);
  all(".ask").forEach(explain);
  showSwitch();
  showSteps();
  showZones();
  showCopy();
  if (marks.length) { placeRail(); window.addEventListener("resize", placeRail); }
})();
