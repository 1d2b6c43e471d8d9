package site

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"strings"

	"vivarium/lessons"
)

// page is what a template of web/pages sees.
type page struct {
	Page        string // its name: "front", "lesson", "about" ...
	Root        string // the relative address of the site's root, "./" or "../"
	Title       string
	Description string
	Living      lessonData // the front page's program
	Code        template.HTML
	Lesson      *lessonView
	Lessons     []*lessonView
	Examples    []*lessonView
	Terms       []termView
	built       map[string]string
}

// Asset is the address of what was built of a source in web/.
func (p page) Asset(source string) (string, error) {
	name, ok := p.built["web/"+source]
	if !ok {
		return "", fmt.Errorf("a page names %s, which is not built", source)
	}
	return p.Root + name, nil
}

// Begin is the lesson that a newcomer begins with.
func (p page) Begin() *lessonView {
	if len(p.Lessons) > 0 {
		return p.Lessons[0]
	}
	return p.Examples[0]
}

// pageFile is a page of the site with what its head says.
type pageFile struct {
	name, template     string
	title, description string
}

// fixedPages are the pages of which there is one.
var fixedPages = []pageFile{
	{"index.html", "front", "Vivarium: see Elixir processes live", "A playground in which you see Elixir processes live: born, sending, waiting, crashing, restarted by their supervisors."},
	{"lessons/index.html", "lessons", "Lessons · Vivarium", "Lessons on Elixir processes that you can watch, change and run: messages, links, supervisors and what goes wrong in practice."},
	{"glossary.html", "glossary", "Glossary · Vivarium", "The words of Elixir's processes, each in a sentence or two."},
	{"about.html", "about", "About · Vivarium", "What Vivarium is, and how it works: a machine for Elixir processes that runs in your browser."},
	{"credits.html", "credits", "Credits · Vivarium", "Whose work Vivarium stands on."},
	{"privacy.html", "privacy", "Privacy · Vivarium", "Nothing that you write leaves the page: no server, no tracking, no cookies."},
}

// pages renders every HTML page of the site, and what goes with the lessons. built names what was built of each source.
func pages(root string, built map[string]string) ([]output, error) {
	terms, err := glossaryTerms()
	if err != nil {
		return nil, err
	}
	prose := newProse(terms)
	course, err := lessons.Load()
	if err != nil {
		return nil, err
	}
	taught, err := lessonViews(course, "lessons", prose)
	if err != nil {
		return nil, err
	}
	small, err := lessons.Examples()
	if err != nil {
		return nil, err
	}
	examples, err := lessonViews(small, "examples", prose)
	if err != nil {
		return nil, err
	}
	living, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(livingFile)))
	if err != nil {
		return nil, fmt.Errorf("rendering the pages: %w", err)
	}
	templates, err := pageTemplates(root)
	if err != nil {
		return nil, err
	}

	var files []output
	render := func(file pageFile, lesson *lessonView) error {
		p := page{
			Page: file.template, Root: "./", Title: file.title, Description: file.description, built: built,
			Living: livingData(string(living)), Code: highlight(string(living)),
			Lesson: lesson, Lessons: taught, Examples: examples, Terms: terms,
		}
		if depth := strings.Count(file.name, "/"); depth > 0 {
			p.Root = strings.Repeat("../", depth)
		}
		var html bytes.Buffer
		if err := templates[file.template].Execute(&html, p); err != nil {
			return fmt.Errorf("rendering %s: %w", file.name, err)
		}
		files = append(files, output{file.name, html.Bytes()})
		return nil
	}
	for _, file := range fixedPages {
		if err := render(file, nil); err != nil {
			return nil, err
		}
	}
	for _, view := range append(append([]*lessonView{}, taught...), examples...) {
		title := fmt.Sprintf("%d. %s · Vivarium", view.Number, view.Title)
		if err := render(pageFile{view.Dir + "/" + view.Name + ".html", "lesson", title, view.Summary}, view); err != nil {
			return nil, err
		}
		source := view.Name
		if view.Dir == "examples" {
			source = "examples/" + source
		}
		notebook, err := lessons.Source(source)
		if err != nil {
			return nil, fmt.Errorf("rendering the pages: %w", err)
		}
		files = append(files, output{view.Dir + "/" + view.Notebook, notebook})
	}
	index, err := searchIndex(append(append([]*lessonView{}, taught...), examples...))
	if err != nil {
		return nil, err
	}
	icon, err := os.ReadFile(filepath.Join(root, "web", "icon.svg"))
	if err != nil {
		return nil, fmt.Errorf("rendering the pages: %w", err)
	}
	return append(files, output{"lessons/search.json", index}, output{"icon.svg", icon}), nil
}

// livingFile has the front page's program.
const livingFile = "web/pages/living.exs"

// livingData is the front page's program as a lesson with one step.
func livingData(source string) lessonData {
	cell := cellData{Key: "", File: "program.exs", Source: source, Before: []beforeData{}, Pace: -1, Watch: true, Predict: []predictData{}}
	return lessonData{Title: "Your program", Steps: []stepData{{ID: "living", Cells: []cellData{cell}}}}
}

// pageTemplates reads the templates, web/index.html and those in web/pages, each page's with what all share.
func pageTemplates(root string) (map[string]*template.Template, error) {
	dir := filepath.Join(root, "web", "pages")
	functions := template.FuncMap{
		"inc": func(i int) int { return i + 1 }, "safe": safe, "highlight": highlight, "text": textOf,
		"dict": func(lesson *lessonView, part lessons.PagePart) map[string]any {
			return map[string]any{"Lesson": lesson, "Part": part}
		},
	}
	shared, err := template.New("layout").Funcs(functions).ParseFiles(filepath.Join(dir, "layout.html"))
	if err != nil {
		return nil, fmt.Errorf("reading the pages: %w", err)
	}
	templates := map[string]*template.Template{}
	for _, file := range append([]pageFile{{template: "lesson"}}, fixedPages...) {
		name := filepath.Join(dir, file.template+".html")
		if file.template == "front" {
			name = filepath.Join(root, "web", "index.html")
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading the pages: %w", err)
		}
		page, err := template.Must(shared.Clone()).New(file.template).Parse(string(text))
		if err != nil {
			return nil, fmt.Errorf("reading the pages: %w", err)
		}
		templates[file.template] = page
	}
	return templates, nil
}

// searchIndex is what the page searches: an entry for each step, its text without marks.
func searchIndex(views []*lessonView) ([]byte, error) {
	type entry struct {
		Address string `json:"address"` // relative to the site's root
		Number  int    `json:"number"`
		Title   string `json:"title"`
		Step    string `json:"step"`
		Text    string `json:"text"`
	}
	list := []entry{}
	for _, v := range views {
		for i, s := range v.Steps {
			text := stepText(s)
			if i == 0 {
				text = stepText(lessons.PageStep{Parts: v.Intro}) + " " + text
			}
			list = append(list, entry{v.Dir + "/" + v.Name + ".html#" + s.ID, v.Number, v.Title, textOf(s.Title), text})
		}
	}
	text, err := json.Marshal(list)
	if err != nil {
		return nil, fmt.Errorf("writing the search index: %w", err)
	}
	return text, nil
}
