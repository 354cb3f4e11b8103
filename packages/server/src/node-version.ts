/** The oldest major version of Node.js that has what the service uses. */
const OLDEST = 24;

// An entry imports this file before all others, and they are evaluated in this order, so an older Node.js ends here with a
// sentence. It gets here if each module that the entry imports links there: the service itself is loaded when it is opened.
const [major] = process.versions.node.split(".");
if (Number(major) < OLDEST)
  throw new Error(`Regrant needs Node.js ${OLDEST} or newer; this is ${process.version}.`);
