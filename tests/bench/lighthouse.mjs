// Asks Lighthouse about one page after the other, in one Chromium that stays open.
//     node lighthouse.mjs <node_modules> <chromium> [its flags…]
// reads lines of {address, categories, cookies: {name: value}} and answers each with {scores, lost, address} or
// {error}: scores of 0 to 100, {audit: its title} of those that cost points, each by category; and where it came to.
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [modules, chromePath, ...chromeFlags] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(modules, path)));
const { default: lighthouse } = await load("lighthouse/core/index.js");
const { launch } = await load("chrome-launcher/dist/index.js");
const { default: puppeteer } = await load("puppeteer-core/lib/esm/puppeteer/puppeteer-core.js");
const chrome = await launch({ chromePath, chromeFlags: ["--headless=new", ...chromeFlags] });
const browser = await puppeteer.connect({ browserURL: `http://127.0.0.1:${chrome.port}`, defaultViewport: null });

// Without its score for speed there is nothing to slow down for, and no last request to wait for.
const unhurried = { throttlingMethod: "provided", pauseAfterLoadMs: 0, pauseAfterFcpMs: 0, cpuQuietThresholdMs: 0 };

async function judge({ address, categories, cookies }) {
  const page = await browser.newPage();
  const network = await page.createCDPSession();
  await network.send("Network.clearBrowserCookies");
  for (const [name, value] of Object.entries(cookies)) {
    await network.send("Network.setCookie", { name, value, url: address });
  }
  const flags = {
    logLevel: "silent",
    onlyCategories: categories,
    ignoreStatusCode: true,
    disableFullPageScreenshot: true,
    ...(categories.includes("performance") ? {} : unhurried),
  };
  const { lhr } = await lighthouse(address, flags, undefined, page);
  await page.close();
  if (lhr.runtimeError) {
    throw new Error(`${lhr.runtimeError.code} at ${lhr.finalDisplayedUrl}`);
  }
  const scores = {};
  const lost = {};
  for (const [name, { score, auditRefs }] of Object.entries(lhr.categories)) {
    scores[name] = Math.round((score ?? 0) * 100);
    lost[name] = {};
    for (const { id, weight } of auditRefs) {
      const audit = lhr.audits[id];
      if (weight && audit.score !== null && audit.score < 0.9) {
        const places = (audit.details?.items ?? []).map((item) => item.node?.selector ?? "").filter(Boolean);
        lost[name][id] = [audit.title, audit.displayValue, places.slice(0, 2).join(" and ")].filter(Boolean).join(" – ");
      }
    }
  }
  return { scores, lost, address: lhr.finalDisplayedUrl };
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  const answer = await judge(asked) // once more, as a busy machine may have lost what was recorded
    .catch(() => judge(asked))
    .catch((error) => ({ error: String(error) }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.disconnect();
chrome.kill();
