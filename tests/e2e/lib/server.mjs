// A web server for `dist/`, as strict as a careful host would be.
//
// It serves the page from a folder, not from the root, because addresses must be relative, and
// with the content security policy that README.md recommends, so that every test also shows that
// the page keeps to it.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("../../../dist/", import.meta.url));
const folder = "/a/folder/";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
};

/** Serves the page until `close()`; `url` is its address. */
export async function startServer() {
  const server = createServer((request, response) => {
    answer(new URL(request.url, "http://host").pathname).then(
      ([headers, body]) => response.writeHead(200, headers).end(body),
      () => response.writeHead(404).end("not found"),
    );
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${server.address().port}${folder}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(path) {
  if (!path.startsWith(folder)) throw new Error("outside the folder");
  const name = normalize(path.slice(folder.length)) || ".";
  const file = join(dist, name === "." ? "index.html" : name);
  if (!file.startsWith(dist)) throw new Error("outside dist");
  const body = await readFile(file);
  const headers = { "content-type": types[extname(file)] ?? "application/octet-stream" };
  if (extname(file) === ".html") headers["content-security-policy"] = policyFor(String(body));
  return [headers, body];
}

/** The policy, with the digests of the page's own inline scripts. */
function policyFor(html) {
  const digests = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>(.*?)<\/script>/gs)].map(
    ([, script]) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`,
  );
  return [
    "default-src 'self'",
    `script-src 'self' 'wasm-unsafe-eval' ${digests.join(" ")}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
  ].join("; ");
}
