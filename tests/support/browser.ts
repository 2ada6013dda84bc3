import { chromium, type Browser } from "playwright";
import { ensureBrowser, launchFlags } from "../../scripts/browser.js";

/**
 * Starts a headless browser; the caller closes it.
 * @throws Error when no browser is to be had; the message says what to do
 */
export async function launchBrowser(extraFlags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: await ensureBrowser(), args: [...launchFlags, ...extraFlags] });
}
