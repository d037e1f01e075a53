/* What makes the pages quicker for those who run it. Everything works without this file.
   No framework, nothing from elsewhere, nothing stored but the place of the focus for one page load. */
"use strict";

(() => {
  const form = document.getElementById("search");
  const box = document.getElementById("q");
  const filters = document.getElementById("filters");
  const narrow = matchMedia("(max-width: 52rem)");
  const FOCUS = "haberara-focus";

  /* The form: no empty parameters in the address; going back shows the filters of that page, not the later ones. */

  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });
  addEventListener("pageshow", (event) => { if (event.persisted) form.reset(); });

  /* A ticked filter takes effect at once, except in the drawer, where several are chosen before looking. */

  const chosen = (input) => `${input.name}=${input.value}`;

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.form !== form || !(input.type === "checkbox" || input.id === "sort")) return;
    if (input.type === "checkbox" && narrow.matches) return;
    sessionStorage.setItem(FOCUS, input.type === "checkbox" ? chosen(input) : "#sort");
    form.requestSubmit();
  });

  const kept = sessionStorage.getItem(FOCUS);
  sessionStorage.removeItem(FOCUS);
  if (kept && filters) {
    const inputs = [...filters.querySelectorAll("input[type=checkbox]")];
    const found = kept === "#sort" ? document.getElementById("sort") : inputs.find((input) => chosen(input) === kept);
    if (found) found.focus({ preventScroll: true });
  }

  /* The drawer of narrow pages: the rest of the page rests while it is open; Escape closes it. */

  const opened = () => narrow.matches && location.hash === "#filters";
  const rest = () => {
    for (const part of document.querySelectorAll(".masthead, #content, .foot")) part.inert = opened();
  };
  if (filters) {
    addEventListener("hashchange", rest);
    narrow.addEventListener("change", rest);
    rest();
    filters.querySelector(".close").addEventListener("click", () => { document.getElementById("content").inert = false; });
  }

  /* Suggestions: a combobox with a list, as in the ARIA authoring practices. The typed text stays until one is chosen. */

  if (box && form.dataset.suggest) {
    const words = form.dataset;
    // A field of type "search" may not be a combobox; on phones the keyboard stays the same.
    box.type = "text";
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"],
      ["aria-controls", "suggestions"]]) box.setAttribute(name, value);
    const list = Object.assign(document.createElement("ul"), { id: "suggestions", className: "suggestions", hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", words.offers);
    const told = Object.assign(document.createElement("p"), { className: "unseen" });
    told.setAttribute("role", "status");
    form.append(list, told);
    let offers = [];
    let active = -1;
    let turn = 0;
    let timer = 0;

    const mark = (next) => {
      active = next;
      [...list.children].forEach((line, place) => line.setAttribute("aria-selected", String(place === active)));
      if (active < 0) box.removeAttribute("aria-activedescendant");
      else {
        box.setAttribute("aria-activedescendant", list.children[active].id);
        list.children[active].scrollIntoView({ block: "nearest" });
      }
    };
    const close = () => {
      clearTimeout(timer);
      turn++;
      offers = [];
      list.hidden = true;
      list.replaceChildren();
      box.setAttribute("aria-expanded", "false");
      mark(-1);
    };
    const choose = (offer) => {
      const typed = box.value;
      const asFilter = offer.kind !== "word" && typed.trimStart().startsWith(offer.text) && offer.text.trim() !== typed.trim();
      const page = words[`${offer.kind}Page`];
      const plain = ["q", "lang", "sort", "match"];
      const bare = [...new FormData(form)].every(([name, value]) => value === "" || plain.includes(name));
      if (asFilter && page && bare && !offer.text.trim()) {
        // Nothing else is asked for: the page of the person or country, which leads to its articles.
        box.value = "";
        close();
        location.assign(page.replace("%7B%7D", () => encodeURIComponent(offer.value)));
        return;
      }
      box.value = offer.text;
      if (asFilter) {
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name: offer.kind, value: offer.value }));
      }
      close();
      form.requestSubmit();
    };
    const option = (offer, place) => {
      const line = Object.assign(document.createElement("li"), { id: `suggestion-${place}` });
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", "false");
      const name = Object.assign(document.createElement("span"), { className: "label", textContent: offer.kind === "word" ? offer.text : offer.label });
      const kind = Object.assign(document.createElement("span"), { className: "kind", textContent: words[offer.kind] || "" });
      line.append(name, " ", kind);
      // Before the box loses its focus, which closes the list.
      line.addEventListener("pointerdown", (event) => event.preventDefault());
      line.addEventListener("click", () => choose(offer));
      return line;
    };
    const look = async () => {
      const mine = ++turn;
      const typed = box.value;
      if (typed.trim().length < 2) { close(); return; }
      const url = new URL(words.suggest, location.href);
      url.searchParams.set("q", typed);
      url.searchParams.set("limit", "4");
      const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
      if (mine !== turn || document.activeElement !== box) return;
      if (!answer || !answer.ok) { close(); return; }
      offers = (await answer.json()).suggestions;
      if (mine !== turn) return;
      list.replaceChildren(...offers.map(option));
      list.hidden = !offers.length;
      box.setAttribute("aria-expanded", String(offers.length > 0));
      mark(-1);
      told.textContent = offers.length ? `${words.offers}: ${offers.length}` : words.none;
    };
    box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 120); });
    box.addEventListener("blur", close);
    form.addEventListener("submit", close);
    box.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "ArrowDown" && list.hidden) { event.preventDefault(); look(); return; }
      if (list.hidden) return;
      const count = offers.length + 1;
      if (event.key === "ArrowDown") mark((active + 2) % count - 1);
      else if (event.key === "ArrowUp") mark((active + count) % count - 1);
      else if (event.key === "Enter" && active >= 0) choose(offers[active]);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
    });
  }

  /* Search inside a facet: the endpoint lists the values that begin as typed. */

  const row = (facet, value, label, count, checked) => {
    const line = document.createElement("div");
    line.className = "row";
    const outer = document.createElement("label");
    const input = Object.assign(document.createElement("input"), { type: "checkbox", name: facet, value, checked });
    input.setAttribute("form", "search");
    const name = Object.assign(document.createElement("span"), { className: "label", textContent: label });
    const number = Object.assign(document.createElement("span"), { className: "count", textContent: count });
    outer.append(input, " ", name, " ", number);
    line.append(outer);
    return line;
  };

  const numbers = new Intl.NumberFormat(document.documentElement.lang);

  for (const facet of document.querySelectorAll("fieldset[data-values]")) {
    const before = [...facet.querySelectorAll(".row")];
    const find = Object.assign(document.createElement("input"), { type: "search", className: "find" });
    find.placeholder = facet.dataset.find;
    find.setAttribute("aria-label", `${facet.dataset.find}: ${facet.querySelector("legend").textContent}`);
    find.autocomplete = "off";
    find.spellcheck = false;
    facet.querySelector("legend").after(find);
    let asked = 0;
    let timer = 0;
    const show = (rows) => {
      for (const line of facet.querySelectorAll(".row")) line.remove();
      find.after(...rows);
    };
    const look = async () => {
      const turn = ++asked;
      const prefix = find.value.trim();
      if (!prefix) { show(before); return; }
      const url = new URL(facet.dataset.values, location.href);
      url.searchParams.set("prefix", prefix);
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      if (!answer.ok || turn !== asked) return;
      const { name, values } = await answer.json();
      const listed = values.slice(0, 20).map((v) => row(name, v.value, v.label, numbers.format(v.count), v.selected));
      // What is chosen stays in the form, though it begins otherwise.
      const shown = new Set(values.slice(0, 20).map((v) => v.value));
      const others = before.filter((line) => {
        const input = line.querySelector("input:checked");
        return input && !shown.has(input.value);
      });
      show([...others, ...listed]);
    };
    find.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 150); });
    find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  }

  /* The article: from match to match. */

  const matches = [...document.querySelectorAll(".story mark")];
  const switches = document.querySelector(".switches");
  let current = -1;

  const jump = (step) => {
    if (!matches.length) return;
    if (current >= 0) matches[current].classList.remove("now");
    current = (current + step + matches.length) % matches.length;
    matches[current].classList.add("now");
    matches[current].scrollIntoView({ block: "center" });
  };

  if (matches.length && switches && switches.dataset.next) {
    const jumps = Object.assign(document.createElement("div"), { className: "jumps" });
    const words = switches.dataset;
    for (const [text, name, step] of [[words.previous, words.previousName, -1], [words.next, words.nextName, 1]]) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: text });
      button.setAttribute("aria-label", name);
      button.addEventListener("click", () => jump(current < 0 && step < 0 ? 0 : step));
      jumps.append(button);
    }
    switches.append(jumps);
  }

  /* A citation: one press copies it. Without this file one click selects the whole of it. */

  for (const text of document.querySelectorAll(".quotable")) {
    if (!navigator.clipboard) break;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: text.dataset.copy });
    button.setAttribute("aria-label", `${text.dataset.copy}: ${text.previousElementSibling.textContent}`);
    const told = Object.assign(document.createElement("span"), { className: "told" });
    told.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.textContent);
      told.textContent = text.dataset.copied;
      setTimeout(() => { told.textContent = ""; }, 2000);
    });
    text.after(button, " ", told);
  }

  /* Keys: "/" to the box, j and k through the results, n and p through the matches, "?" for help. */

  const links = [...document.querySelectorAll(".hit h2 a")];

  const walk = (step) => {
    if (!links.length) return;
    const at = links.indexOf(document.activeElement);
    const next = links[Math.min(Math.max(at + step, 0), links.length - 1)];
    next.focus();
    next.closest(".hit").scrollIntoView({ block: "nearest" });
  };

  const KEYS = {
    "/": () => { box.focus(); box.select(); },
    "?": () => { location.assign(document.querySelector(".corner a").href); },
    j: () => walk(1),
    k: () => walk(-1),
    n: () => jump(1),
    p: () => jump(current < 0 ? 0 : -1),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && opened()) { location.hash = "content"; return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input, select, textarea")) {
      if (event.key === "Escape" && event.target === box) box.blur();
      return;
    }
    const action = KEYS[event.key];
    if (action) { event.preventDefault(); action(); }
  });
})();
