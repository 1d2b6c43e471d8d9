package site

import (
	"path"
	"strings"
)

// headerRule gives headers to the files whose address matches a pattern: a path, or a path's beginning with "*" behind it.
type headerRule struct {
	pattern string
	headers []header
}

type header struct{ name, value string }

// headerRules is what the site says with each file, here and at the host (netlify.toml has the same; a test compares). No
// name is in two rules that match the same file, since hosts differ in what they make of that.
//
//   - The content security policy lets nothing in but the site's own files. WebAssembly needs 'wasm-unsafe-eval'; a frame in
//     a sandbox may start its worker from a blob only.
//   - Anybody may take the files into a page of their own: embed.js is loaded by pages of other origins, which may insist on
//     Cross-Origin-Resource-Policy, and in a sandboxed frame the site's own files count as another origin's.
//   - A page that itself sends Cross-Origin-Embedder-Policy takes in only frames that send it too, and those only workers
//     that do.
var headerRules = []headerRule{
	{"/*", []header{
		{"Content-Security-Policy", policy(
			"default-src 'none'",
			"script-src 'self' 'wasm-unsafe-eval'",
			"style-src 'self'",
			"img-src 'self' data: blob:",
			"font-src 'self'",
			"connect-src 'self'",
			"worker-src 'self' blob:",
			"manifest-src 'self'",
			"frame-src 'self'",
			"base-uri 'none'",
			"form-action 'none'",
		)},
		{"Cross-Origin-Resource-Policy", "cross-origin"},
		{"Access-Control-Allow-Origin", "*"},
		{"X-Content-Type-Options", "nosniff"},
		{"Referrer-Policy", "no-referrer"},
	}},
	// Whatever lies in assets/ carries the hash of its content in its name.
	{"/assets/*", []header{
		{"Cache-Control", "public, max-age=31536000, immutable"},
		{"Cross-Origin-Embedder-Policy", "require-corp"},
	}},
	{"/embed.html", []header{
		{"Cross-Origin-Embedder-Policy", "require-corp"},
	}},
}

func policy(directives ...string) string { return strings.Join(directives, "; ") }

// headersFor returns what is said with the file at an address.
func headersFor(address string) []header {
	var all []header
	for _, rule := range headerRules {
		if rule.matches(address) {
			all = append(all, rule.headers...)
		}
	}
	return all
}

func (r headerRule) matches(address string) bool {
	if beginning, ok := strings.CutSuffix(r.pattern, "*"); ok {
		return strings.HasPrefix(address, beginning)
	}
	return path.Clean(address) == r.pattern
}

// netlifyHeaders writes the rules as netlify.toml has them.
func netlifyHeaders() string {
	var text strings.Builder
	for i, rule := range headerRules {
		if i > 0 {
			text.WriteString("\n")
		}
		text.WriteString("[[headers]]\n  for = \"" + rule.pattern + "\"\n  [headers.values]\n")
		for _, h := range rule.headers {
			text.WriteString("    " + h.name + " = \"" + h.value + "\"\n")
		}
	}
	return text.String()
}
