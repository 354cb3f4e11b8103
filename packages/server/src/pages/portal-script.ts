// What the portal's pages can do with a script; without it they are complete. One text, since the content security policy
// has its hash.

/**
 * Copies the code of a panel. The buttons are hidden until this runs, and stay so where there is no clipboard, as on a page
 * that was not loaded by https. Code that may not be copied is selected.
 */
const COPY = `
if (navigator.clipboard) for (const button of document.querySelectorAll(".copy")) {
  const { textContent: label, dataset, nextElementSibling: status } = button;
  const say = (text) => { button.textContent = text || label; status.textContent = text; };
  button.hidden = false;
  button.onclick = async () => {
    const code = button.closest(".panel").querySelector(".scroll:not([hidden]) code");
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      getSelection().selectAllChildren(code);
      return;
    }
    say(dataset.copied);
    setTimeout(say, 2000, "");
  };
}`;

/**
 * Colours code by the CSS Custom Highlight API: the elements keep their plain text. One expression serves all languages, so
 * it knows little: comments, strings, numbers and the usual words.
 */
const COLOR = String.raw`
if (window.Highlight) {
  const parts = /(?<comment>(?<![:\w])\/\/.*|(?<=^|\s)#.*)|(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<number>\b\d[\d.]*\b)|(?<word>(?<![\w$.])(?:array|as|async|await|const|curl|defer|echo|else|except|false|final|for|from|func|function|if|import|in|let|new|nil|null|package|print|public|raise|return|static|throw|true|try|using|var|void|while)\b)/gm;
  for (const { firstChild: text } of document.querySelectorAll("pre code")) {
    for (const { index, 0: found, groups } of (text?.data ?? "").matchAll(parts)) {
      const [name] = Object.entries(groups).find(([, part]) => part !== undefined);
      const range = new Range();
      range.setStart(text, index);
      range.setEnd(text, index + found.length);
      if (!CSS.highlights.has(name)) CSS.highlights.set(name, new Highlight());
      CSS.highlights.get(name).add(range);
    }
  }
}`;

/** The script of a page of the portal. */
export const PORTAL_SCRIPT = (COPY + COLOR).trim();
