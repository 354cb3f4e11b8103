/**
 * The only script of the console, the same on every page. Each page works without it: it copies identifiers, shows an
 * instant in the reader's time zone, appends events as they happen, and takes a one-time code from the URL's fragment.
 */
export const SCRIPT = `
const all = (selector, work, root = document) => root.querySelectorAll(selector).forEach(work);
const improve = (root) => {
  all("time", (time) => { time.title = new Date(time.dateTime).toLocaleString(); }, root);
  all("[data-copy]", (code) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy " + code.dataset.copy);
    button.onclick = async () => {
      await navigator.clipboard.writeText(code.dataset.copy);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    };
    if (navigator.clipboard) code.after(" ", button);
  }, root);
};
improve(document);

const tail = document.querySelector("[data-tail]");
if (tail) {
  const rows = document.querySelector("#events tbody");
  const state = document.getElementById("tail-state");
  let source;
  const stop = () => {
    source?.close();
    source = undefined;
    tail.setAttribute("aria-pressed", "false");
    state.textContent = "";
  };
  tail.hidden = false;
  tail.onclick = () => {
    if (source) return stop();
    source = new EventSource(tail.dataset.tail);
    tail.setAttribute("aria-pressed", "true");
    state.textContent = "Connecting";
    source.onopen = () => { state.textContent = "Live: new events appear at the top."; };
    source.onerror = () => {
      if (source?.readyState !== EventSource.CLOSED) return;
      stop();
      state.textContent = "The service does not answer, or the session has ended: load the page again.";
    };
    source.onmessage = ({ data }) => {
      const template = document.createElement("template");
      template.innerHTML = JSON.parse(data);
      improve(template.content);
      rows.prepend(template.content);
      while (rows.rows.length > 500) rows.lastElementChild.remove();
    };
  };
}

const code = document.getElementById("code");
if (code && location.hash.length > 1) {
  code.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
}

addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.getElementById("q");
  if (search) { event.preventDefault(); search.focus(); }
});
`.trim();
