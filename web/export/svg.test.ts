import assert from "node:assert/strict";
import { test } from "node:test";
import { escapeXml, SvgContext } from "./svg.ts";

const write = (draw: (ctx: SvgContext) => void): string => {
  const ctx = new SvgContext((_, text) => text.length * 7, "Mono");
  draw(ctx);
  return ctx.toString(100, 50, "a <b> & c", "rgb(1, 2, 3)");
};

test("text is escaped, and what XML cannot say is left out", () => {
  assert.equal(escapeXml('<b>"ü" & \u0000\u001b'), "&lt;b&gt;&quot;ü&quot; &amp; \ufffd\ufffd");
  assert.equal(escapeXml("a\ud800b\u{1f600}"), "a\ufffdb\u{1f600}");
  const svg = write((ctx) => {
    ctx.font = "650 12px Sans, Other";
    ctx.fillText("</text><script>alert(1)</script>", 1, 2);
  });
  assert.doesNotMatch(svg, /<script/);
  assert.match(svg, /<title>a &lt;b&gt; &amp; c<\/title>/);
  assert.match(svg, /font-family="sans-serif" font-size="12" font-weight="650"/);
  assert.match(svg, /textLength="224"/);
});

test("fonts are named by their kind", () => {
  assert.match(write((ctx) => {
    ctx.font = "11px Mono";
    ctx.fillText(":x", 0, 0);
  }), /font-family="monospace" font-size="11"/);
});

test("shapes are where the canvas has them", () => {
  const svg = write((ctx) => {
    ctx.save();
    ctx.translate(10, 20);
    ctx.scale(2, 2);
    ctx.globalAlpha = 0.5;
    ctx.setLineDash([3, 4]);
    ctx.beginPath();
    ctx.moveTo(0, 0);
    ctx.lineTo(5, 5);
    ctx.stroke();
    ctx.restore();
    ctx.beginPath();
    ctx.arc(5, 5, 2, 0, 2 * Math.PI);
    ctx.fillStyle = "red";
    ctx.fill();
    ctx.beginPath();
    ctx.roundRect(0, 0, 10, 6, 2);
    ctx.fill();
  });
  assert.match(svg, /<path d="M0 0L5 5" fill="none" stroke="#000" stroke-width="1" stroke-dasharray="3 4" transform="matrix\(2 0 0 2 10 20\)" opacity="0.5"\/>/);
  assert.match(svg, /<path d="M7 5A2 2 0 1 1 3 5A2 2 0 1 1 7 5Z" fill="red"\/>/);
  assert.match(svg, /<path d="M2 0h6a2 2 0 0 1 2 2v2a2 2 0 0 1 -2 2h-6a2 2 0 0 1 -2 -2v-2a2 2 0 0 1 2 -2Z" fill="red"\/>/);
});
