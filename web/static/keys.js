// Keys for the pages, and what a page can do better with a script. All of it works without one.
"use strict";

(() => {
  const stored = (name) => { try { return localStorage.getItem(name) || ""; } catch { return ""; } };
  const store = (name, value) => { try { localStorage.setItem(name, value); } catch { /* nothing is kept */ } };
  const help = document.getElementById("keys");
  const all = (css) => [...document.querySelectorAll(css)];

  // --- moving -----------------------------------------------------------------------------------------------------

  const links = () => all("[data-keys] a").filter((one) => one.offsetParent !== null);
  let at = null;

  function move(step) {
    const found = links();
    if (!found.length) return;
    const now = found.indexOf(document.activeElement) >= 0 ? document.activeElement : at;
    const place = found.indexOf(now);
    at = found[place < 0 ? (step > 0 ? 0 : found.length - 1) : Math.min(Math.max(place + step, 0), found.length - 1)];
    at.focus();
    at.closest("li")?.scrollIntoView({ block: "nearest" });
  }

  function current() {
    return links().includes(document.activeElement) ? document.activeElement : at;
  }

  // --- not for me: kept on this device ----------------------------------------------------------------------------

  const MOST = 2000;
  const hidden = () => stored("rolewire-hidden").split(" ").filter(Boolean);
  const idOf = (row) => row?.querySelector("a[href^='/postings/']")?.getAttribute("href").slice(10) || "";

  function hide() {
    const row = current()?.closest("li");
    const id = idOf(row);
    if (!id) return;
    store("rolewire-hidden", [...new Set([...hidden(), id])].slice(-MOST).join(" "));
    const next = links().find((one) => row.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING && !row.contains(one));
    apply();
    at = next || null;
    at?.focus();
  }

  function apply() {
    const ids = new Set(hidden());
    const rows = all("ol.postings > .posting").filter((row) => ids.has(idOf(row)));
    all("ol.postings > .posting").forEach((row) => { row.hidden = rows.includes(row); });
    const note = document.getElementById("hidden-here");
    if (!note) return;
    note.hidden = !rows.length;
    note.querySelector("span").textContent = `${rows.length} hidden on this device. `;
  }

  document.getElementById("hidden-here")?.querySelector("button").addEventListener("click", () => {
    store("rolewire-hidden", "");
    apply();
  });
  apply();

  // --- keys -------------------------------------------------------------------------------------------------------

  const follow = (css) => document.querySelector(css)?.click();
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    o: () => current()?.click(),
    "/": () => document.querySelector("input[type=search]")?.focus(),
    s: () => follow("a.save"),
    x: hide,
    n: () => follow("a[rel=next]"),
    "?": () => (help.open ? help.close() : help.showModal()),
  };
  const isTyping = (one) => one.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(one.tagName);
  const toggle = help?.querySelector("input");
  if (toggle) {
    toggle.checked = stored("rolewire-keys") !== "off";
    toggle.addEventListener("change", () => store("rolewire-keys", toggle.checked ? "" : "off"));
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (isTyping(event.target) && !help.contains(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : null;
    if (!act || (help.open && event.key !== "?")) return;
    if (stored("rolewire-keys") === "off" && event.key !== "?") return;
    event.preventDefault();
    act();
  });
  document.getElementById("show-keys")?.addEventListener("click", (event) => {
    event.preventDefault();
    help.showModal();
  });
  help?.querySelector("button").addEventListener("click", () => help.close());

  // --- copying ----------------------------------------------------------------------------------------------------

  all(".copy dd code").forEach((code) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "small second";
    button.textContent = "Copy";
    const label = code.closest("dd").previousElementSibling?.textContent || "";
    button.setAttribute("aria-label", `Copy: ${label}`);
    button.addEventListener("click", async () => {
      const href = code.closest("a")?.href;
      try {
        await navigator.clipboard.writeText(href || code.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(code);
        button.textContent = "Press Ctrl-C";
      }
    });
    code.closest("dd").append(" ", button);
  });

  // --- Telegram leads back with what it says of somebody behind the # -----------------------------------------------

  const form = document.querySelector("form.telegram[hidden]");
  const told = /[#&]tgAuthResult=([\w+/=-]+)/.exec(location.hash);
  if (form && told) {
    history.replaceState(null, "", location.pathname);
    try {
      const bytes = Uint8Array.from(atob(told[1].replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
      const fields = JSON.parse(new TextDecoder().decode(bytes));
      form.querySelectorAll("input").forEach((one) => {
        if (one.name !== "form" && Object.hasOwn(fields, one.name)) one.value = String(fields[one.name]);
      });
      form.hidden = false;
      document.querySelector(".waiting").hidden = true;
    } catch { /* it is nothing of Telegram's: the page stays as it is */ }
  }
})();
