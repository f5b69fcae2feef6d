// Clicks through an assessment's page in a real browser: prints `ok`, or says what is wrong. Takes pictures where it is told to.
//
//   node browser.mjs PAGE CHROMIUM [PICTURES]
import assert from 'node:assert/strict';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [file, executablePath, pictures] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });

async function open(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.on('request', (request) => request.url().startsWith('http') && wrong.push(`asks the network for ${request.url()}`));
  await page.goto(pathToFileURL(path.resolve(file)).href);
  return { page, wrong };
}

const shot = async (page, name) => pictures && page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
const colour = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const visible = (page) => page.locator('#statements article:visible').count();

try {
  const { page, wrong } = await open({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
  assert.match(await page.locator('#verdict').textContent(), /\w/);
  await shot(page, 'desktop-light');

  // the theme
  const light = await colour(page);
  await page.click('#theme');
  assert.notEqual(await colour(page), light, 'the button changes the theme');
  await shot(page, 'desktop-dark');
  await page.click('#theme');
  assert.equal(await colour(page), light);

  // the table of rules: sorted by numbers as numbers, and the other way round
  const column = (n) => page.locator(`#rules tbody td:nth-child(${n})`).allTextContents();
  const head = page.locator('#rules th:nth-child(6)');
  await head.locator('button').click();
  assert.equal(await head.getAttribute('aria-sort'), 'descending');
  let minutes = (await column(6)).map(Number);
  assert.deepEqual(minutes, [...minutes].sort((a, b) => b - a));
  await head.locator('button').click();
  minutes = (await column(6)).map(Number);
  assert.deepEqual(minutes, [...minutes].sort((a, b) => a - b));
  await page.locator('#rules th:nth-child(1) button').click();
  const names = await page.locator('#rules tbody summary').allTextContents();
  assert.deepEqual(names, [...names].sort().reverse());

  // the filters
  const all = await visible(page);
  assert.ok(all > 2);
  await page.selectOption('#status', 'refused');
  const refused = await visible(page);
  assert.ok(refused > 0 && refused < all);
  assert.match(await page.locator('#count').textContent(), new RegExp(`^${refused} of ${all} `));
  await page.fill('#q', 'no such word anywhere');
  assert.equal(await visible(page), 0);
  await page.click('#filters button[type=reset]');
  await page.waitForFunction((count) => document.querySelectorAll('#statements article:not([hidden])').length === count, all);
  await page.locator('.key[data-status=rewritten]').click();
  assert.ok(await visible(page) < all && await page.locator('#status').inputValue() === 'rewritten');
  const button = page.locator('#rules [data-rule]').first();
  const wanted = Number(await button.textContent());
  await button.click();
  assert.equal(await visible(page), wanted, 'as many statements as the table says');
  await shot(page, 'filtered');

  // a rule's places lead to its statements, whatever the filters hide
  await page.locator('#rules summary').first().click();
  await shot(page, 'rule');
  const link = page.locator('#rules .places a[href]:visible').first();
  const target = await link.getAttribute('href');
  await link.click();
  await page.waitForFunction((id) => document.querySelector(id).querySelector('details').open, target);
  assert.ok(await page.locator(target).isVisible());
  const marks = await page.locator('#statements ins').count();
  assert.ok(marks > 0, 'differences are marked');
  assert.deepEqual(wrong, []);

  // a phone, in the dark
  const phone = await open({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, colorScheme: 'dark' });
  assert.notEqual(await colour(phone.page), light, 'the page is dark where the system is');
  const width = await phone.page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= 390, `the page is ${width} pixels wide on a phone of 390`);
  await shot(phone.page, 'phone');
  assert.deepEqual(phone.wrong, []);
  console.log('ok');
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await browser.close();
}
