"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const data = JSON.parse($("#data").textContent);
  const accountName = (key) => data.names[key] || key.slice(key.indexOf("/") + 1);
  const first = 25; // rows shown before a click
  const state = { list: "fail", text: "", severity: new Set(), service: "", account: "", minor: false };
  const query = $("#q");
  const minor = $("#minor");
  const groups = $$("details.group").map((el) => ({
    el,
    rows: data.rows[Number(el.dataset.i)] || [],
    list: el.parentElement.dataset.of,
    severity: el.dataset.severity,
    minor: el.parentElement.dataset.of === "fail" && ["low", "info"].includes(el.dataset.severity),
    service: el.dataset.service,
    about: $(".what", el).textContent.toLowerCase(),
    all: false,
  }));

  const make = (tag, className, text) => {
    const el = document.createElement(tag);
    if (className) el.className = className;
    if (text !== undefined) el.textContent = text;
    return el;
  };

  // marked returns text with what was searched for marked.
  const marked = (tag, className, text) => {
    const el = make(tag, className);
    const at = state.text ? text.toLowerCase().indexOf(state.text) : -1;
    if (at < 0) {
      el.textContent = text;
      return el;
    }
    el.append(text.slice(0, at), make("mark", "", text.slice(at, at + state.text.length)), text.slice(at + state.text.length));
    return el;
  };

  const haystack = (row) => (row.t ??= [row.n, row.id, row.a, accountName(row.a), row.r, row.m, row.c || "", ...(row.b || [])].join("\n").toLowerCase());

  // matching returns the rows of a group that the filters leave; a search that meets the
  // check itself leaves all of them.
  const matching = (group) => {
    const byName = !state.text || group.about.includes(state.text);
    return group.rows.filter((row) => (!state.account || row.a === state.account) && (byName || haystack(row).includes(state.text)));
  };

  const rowElement = (row) => {
    const tr = make("tr");
    const what = make("td");
    what.append(marked("span", "name", row.n));
    if (row.id !== row.n) what.append(marked("span", "rid mono", row.id));
    if (row.new) what.append(make("span", "badge is-new", "new"));
    for (const badge of row.b || []) what.append(make("span", "badge", badge));
    const message = marked("td", "", row.m);
    for (const detail of row.d || []) message.append(make("span", "d mono", detail));
    if (row.c) message.append(make("span", "covers", row.c));
    tr.append(what, marked("td", "acct", accountName(row.a)), marked("td", "mono", row.r), message);
    return tr;
  };

  const render = (group) => {
    const place = $(".rows", group.el);
    const rows = matching(group);
    place.replaceChildren();
    if (!rows.length) return;
    const table = make("table");
    const head = make("tr");
    for (const name of ["Resource", "Account", "Region", group.list === "unknown" ? "What is missing" : "Finding"]) head.append(make("th", "", name));
    const thead = make("thead");
    thead.append(head);
    const body = make("tbody");
    const shown = group.all ? rows : rows.slice(0, first);
    body.append(...shown.map(rowElement));
    table.append(thead, body);
    const scroll = make("div", "scroll");
    scroll.append(table);
    place.append(scroll);
    if (shown.length < rows.length) {
      const more = make("button", "more-rows", `Show all ${rows.length.toLocaleString("en")}`);
      more.type = "button";
      more.addEventListener("click", () => {
        group.all = true;
        render(group);
      });
      place.append(more);
    }
  };

  const filtered = () => state.text || state.severity.size || state.service || state.account;

  const visible = (group) => {
    if (group.list !== state.list) return false;
    if (minor && group.minor && !state.minor && !filtered()) return false;
    if (state.severity.size && !state.severity.has(group.severity)) return false;
    if (state.service && group.service !== state.service) return false;
    if (!state.text && !state.account) return true;
    if (!state.account && group.about.includes(state.text)) return true;
    return matching(group).length > 0;
  };

  const update = () => {
    let checks = 0, rows = 0, cut = false;
    for (const group of groups) {
      const show = visible(group);
      group.el.hidden = !show;
      if (!show) continue;
      checks++;
      rows += matching(group).length;
      if ($(".cut", group.el)) cut = true;
      if (group.el.open) render(group);
    }
    for (const el of $$(".groups")) el.hidden = el.dataset.of !== state.list || (filtered() && !checks);
    if (minor) minor.hidden = state.minor || Boolean(filtered()) || state.list !== "fail";
    $("#nomatch").hidden = !(filtered() && !checks);
    for (const el of $$(".tabs [data-list]")) el.setAttribute("aria-pressed", el.dataset.list === state.list);
    for (const el of $$(".chips [data-severity]")) el.setAttribute("aria-pressed", state.severity.has(el.dataset.severity));
    const only = [state.service && $(`.bars [data-service="${CSS.escape(state.service)}"] .name`).textContent, state.account && accountName(state.account)].filter(Boolean).join(", ");
    $("#clear").hidden = !filtered();
    $("#clear span").textContent = only;
    let said = filtered() ? `${checks.toLocaleString("en")} checks, ${rows.toLocaleString("en")} rows match` : "";
    if (said && cut) said += ". Where a check has more resources than this page holds, the filters see the first ones only.";
    $("#result").textContent = said;
  };

  const clear = () => {
    query.value = "";
    Object.assign(state, { text: "", severity: new Set(), service: "", account: "" });
    update();
  };

  const narrow = (change) => {
    Object.assign(state, { list: "fail" }, change);
    update();
    $("#findings").scrollIntoView();
  };

  for (const group of groups) group.el.addEventListener("toggle", () => group.el.open && render(group));
  query.addEventListener("input", () => {
    state.text = query.value.trim().toLowerCase();
    update();
  });
  for (const el of $$(".tabs [data-list]")) el.addEventListener("click", () => { state.list = el.dataset.list; update(); });
  for (const el of $$(".chips [data-severity]")) {
    el.addEventListener("click", () => {
      const s = el.dataset.severity;
      if (!state.severity.delete(s)) state.severity.add(s);
      update();
    });
  }
  for (const el of $$(".legend [data-severity]")) el.addEventListener("click", () => narrow({ severity: new Set([el.dataset.severity]) }));
  for (const el of $$(".bars [data-service]")) el.addEventListener("click", () => narrow({ service: el.dataset.service }));
  for (const el of $$(".bars [data-account]")) el.addEventListener("click", () => narrow({ account: el.dataset.account }));
  if (minor) minor.addEventListener("click", () => { state.minor = true; update(); });
  $("#clear").addEventListener("click", clear);
  $("#clear2").addEventListener("click", clear);

  for (const el of $$(".copy")) {
    el.addEventListener("click", () => {
      const text = $("pre", el.parentElement).textContent;
      const done = () => { el.textContent = "Copied"; setTimeout(() => { el.textContent = "Copy"; }, 1500); };
      const select = () => getSelection().selectAllChildren($("pre", el.parentElement));
      if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, select);
      else select();
    });
  }

  const root = document.documentElement;
  const remember = (value) => { try { localStorage.setItem("stance-theme", value); } catch { /* a page opened from a file may not */ } };
  try { if (localStorage.getItem("stance-theme")) root.dataset.theme = localStorage.getItem("stance-theme"); } catch { /* the same */ }
  $("#theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    remember(root.dataset.theme);
  });

  const move = (by) => {
    const short = $$("details.issue > summary, details.fix > summary").filter((el) => el.checkVisibility?.() ?? true);
    const shown = [...short, ...groups.filter((g) => !g.el.hidden && !g.el.parentElement.hidden).map((g) => $("summary", g.el))];
    const at = shown.indexOf(document.activeElement);
    const next = shown[at < 0 ? 0 : Math.min(Math.max(at + by, 0), shown.length - 1)];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") { clear(); query.blur(); return; }
    if (event.target instanceof HTMLInputElement) return;
    if (event.key === "/") { event.preventDefault(); query.focus(); }
    if (event.key === "j") move(1);
    if (event.key === "k") move(-1);
  });

  // A link to #check-ID opens that check, one to an issue or a fix opens that.
  const follow = () => {
    const place = document.getElementById(decodeURIComponent(location.hash).slice(1));
    if (place && place.matches("details.issue, details.fix")) {
      for (let el = place; el; el = el.parentElement.closest("details")) el.open = true;
      place.scrollIntoView();
      $("summary", place).focus({ preventScroll: true });
      return;
    }
    const group = groups.find((g) => "#" + g.el.id === decodeURIComponent(location.hash));
    if (!group) return;
    state.list = group.list;
    state.minor ||= group.minor;
    clear();
    group.el.open = true;
    group.el.scrollIntoView();
  };
  addEventListener("hashchange", follow);

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = groups.filter((g) => !g.el.hidden && g.list === "fail" && !g.el.open);
    for (const group of opened) { group.el.open = true; render(group); }
    for (const el of $$("details.issue:not([open])")) { el.open = true; opened.push({ el }); }
  });
  addEventListener("afterprint", () => { for (const group of opened) group.el.open = false; });
  update();
  follow();
})();
