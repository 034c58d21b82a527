// Bundles the code editor into the one file that the page loads, `editor/dist/editor.js`.
//
// One file, because nothing here rewrites the addresses of further imports. Never committed: it is
// made of the packages that package-lock.json names, each time the page is built.

import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: [here("src/editor.js")],
  outfile: here("dist/editor.js"),
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2022",
  logLevel: "warning",
  // The licence asks for its notice in every copy.
  banner: { js: "/* Contains CodeMirror 6, MIT licence, (c) Marijn Haverbeke and others */" },
});
