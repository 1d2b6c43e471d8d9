package site

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
)

// What an oEmbed consumer is told of an embed's size, in pixels.
const oembedWidth, oembedHeight = 720, 640

// oembed is a response of type "rich", see https://oembed.com.
type oembed struct {
	Version      string `json:"version"`
	Type         string `json:"type"`
	ProviderName string `json:"provider_name"`
	ProviderURL  string `json:"provider_url"`
	Title        string `json:"title"`
	HTML         string `json:"html"`
	Width        int    `json:"width"`
	Height       int    `json:"height"`
	CacheAge     int    `json:"cache_age"` // seconds
}

// addOembed gives each lesson's page a response that is a file, and a link to it, by which a blog that is given the page's
// address finds the embed. Addresses in there must be absolute, so base is the site's; it ends in a slash.
//
// That is what a static site can do. It cannot answer for an address it is asked about (a share link's program is in its
// fragment, which nobody sends), nor follow a consumer's maxwidth.
func addOembed(files []output, base string) ([]output, error) {
	if _, err := url.ParseRequestURI(base); err != nil || !strings.HasPrefix(base, "http") || !strings.HasSuffix(base, "/") {
		return nil, fmt.Errorf("the site's address must be like https://vivarium.example/, not %q", base)
	}
	var all []output
	for _, f := range files {
		name, ok := strings.CutPrefix(f.name, "lessons/")
		name, isPage := strings.CutSuffix(name, ".html")
		if !ok || !isPage || name == "index" {
			all = append(all, f)
			continue
		}
		page := string(f.content)
		_, rest, _ := strings.Cut(page, "<title>")
		title, _, found := strings.Cut(rest, "</title>")
		if !found || strings.Count(page, "</head>") != 1 {
			return nil, fmt.Errorf("%s has no title or not one head", f.name)
		}
		title = html.UnescapeString(title)
		frame := fmt.Sprintf(`<iframe src="%sembed.html#lesson=%s" width="%d" height="%d" title="%s" sandbox="allow-scripts allow-popups" loading="lazy"></iframe>`,
			html.EscapeString(base), name, oembedWidth, oembedHeight, html.EscapeString(title))
		answer, err := json.MarshalIndent(oembed{"1.0", "rich", "Vivarium", base, title, frame, oembedWidth, oembedHeight, 86400}, "", "  ")
		if err != nil {
			return nil, fmt.Errorf("writing oEmbed's answer: %w", err)
		}
		file := "oembed/" + name + ".json"
		link := fmt.Sprintf(`<link rel="alternate" type="application/json+oembed" href="%s%s" title="%s">`+"\n</head>", html.EscapeString(base), file, html.EscapeString(title))
		f.content = []byte(strings.Replace(page, "</head>", link, 1))
		all = append(all, f, output{file, answer})
	}
	return all, nil
}
