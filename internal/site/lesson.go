package site

import (
	"html/template"
	"regexp"
	"strings"

	"vivarium/lessons"
)

// lessonView is a lesson or an example as web/pages/lesson.html shows it. web/lesson/read.ts reads Data and the elements
// around it; web/lesson/build.ts writes the same for a notebook from a file.
type lessonView struct {
	*lessons.Page
	Dir      string // "lessons" or "examples"
	Summary  string
	Notebook string // the name of its notebook beside it
	Data     lessonData

	Before, After *lessonView
}

// lessonData is what the page's state is made of; web/lesson/read.ts has the same fields.
type lessonData struct {
	Slug   string     `json:"slug"` // what is kept of the lesson is kept under it
	Number int        `json:"number"`
	Title  string     `json:"title"`
	Steps  []stepData `json:"steps"`
}

type stepData struct {
	ID    string     `json:"id"`
	Cells []cellData `json:"cells"`
}

type cellData struct {
	Key    string       `json:"key"` // what a draft of it is kept under
	File   string       `json:"file"`
	Source string       `json:"source"`
	Before []beforeData `json:"before"`
	Pace   float64      `json:"pace"`
	View   string       `json:"view"`
	Seed   uint64       `json:"seed"`
	Focus  string       `json:"focus"`
	Watch  bool         `json:"watch"`
	// The machine's time is the computer's.
	RealTime   bool          `json:"realTime"`
	Schedulers int           `json:"schedulers"`
	Value      bool          `json:"value"` // what it comes to is shown
	Predict    []predictData `json:"predict"`
	Check      string        `json:"check"`
}

type beforeData struct {
	Key    string `json:"key"`
	File   string `json:"file"`
	Source string `json:"source"`
}

type predictData struct {
	Ask    string   `json:"ask"`
	When   []string `json:"when"`
	Answer int      `json:"answer"`
}

// lessonViews renders the lessons of a folder of the site.
func lessonViews(all []*lessons.Lesson, dir string, prose *prose) ([]*lessonView, error) {
	views := make([]*lessonView, 0, len(all))
	for _, l := range all {
		page := lessons.NewPage(l, prose.rendering())
		if prose.failed != nil {
			return nil, prose.failed
		}
		slug := page.Name
		if dir != "lessons" {
			slug = dir + "/" + slug
		}
		view := &lessonView{Page: page, Dir: dir, Summary: page.Summary, Notebook: l.Name() + ".livemd", Data: dataOf(page, slug)}
		if view.Summary == "" && len(page.Intro) > 0 {
			view.Summary = firstSentence(textOf(page.Intro[0].HTML))
		}
		views = append(views, view)
	}
	for i, v := range views {
		if i > 0 {
			v.Before = views[i-1]
		}
		if i+1 < len(views) {
			v.After = views[i+1]
		}
	}
	return views, nil
}

func dataOf(page *lessons.Page, slug string) lessonData {
	data := lessonData{Slug: slug, Number: page.Number, Title: page.Title, Steps: []stepData{}}
	for _, s := range page.Steps {
		step := stepData{ID: s.ID, Cells: []cellData{}}
		for _, part := range s.Parts {
			// What only other cells build on is not run by itself.
			if c := part.Cell; c != nil && c.Kind != lessons.Support {
				step.Cells = append(step.Cells, cellOf(c, slug))
			}
		}
		data.Steps = append(data.Steps, step)
	}
	return data
}

func cellOf(c *lessons.PageCell, slug string) cellData {
	cell := cellData{
		Key: slug + "/" + c.ID, File: c.File, Source: c.Source, Before: []beforeData{}, Pace: c.Speed, View: c.View, Seed: c.Seed,
		Focus: c.Focus, Watch: c.Watch, RealTime: c.RealTime, Schedulers: c.Schedulers, Value: c.Value, Predict: []predictData{},
	}
	for _, b := range c.Before {
		cell.Before = append(cell.Before, beforeData{slug + "/" + b.ID, b.File, b.Source})
	}
	for _, p := range c.Predict {
		predict := predictData{Ask: p.Ask, Answer: p.Answer, When: []string{}}
		for _, choice := range p.Choices {
			predict.When = append(predict.When, choice.When)
		}
		cell.Predict = append(cell.Predict, predict)
	}
	if c.Task != nil {
		cell.Check = c.Task.Check
	}
	return cell
}

// Key is what a cell's draft is kept under.
func (v *lessonView) Key(c *lessons.PageCell) string { return v.Data.Slug + "/" + c.ID }

// text is what a step says, without marks, for search.
func stepText(s lessons.PageStep) string {
	var text strings.Builder
	for _, p := range s.Parts {
		text.WriteString(textOf(p.HTML))
		text.WriteByte(' ')
		if p.Cell != nil && p.Cell.Task != nil {
			text.WriteString(textOf(p.Cell.Task.Title))
			text.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(text.String()), " ")
}

var (
	tags     = regexp.MustCompile(`<[^>]*>`)
	entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#34;", `"`, "&#39;", "'", "&amp;", "&")
	sentence = regexp.MustCompile(`^.*?[.?!](?:\s|$)`)
)

// textOf is the text of HTML that we rendered.
func textOf(html string) string {
	return strings.Join(strings.Fields(entities.Replace(tags.ReplaceAllString(html, " "))), " ")
}

func firstSentence(text string) string {
	if s := sentence.FindString(text); s != "" {
		return strings.TrimSpace(s)
	}
	return text
}

// safe marks HTML of our own rendering.
func safe(html string) template.HTML { return template.HTML(html) }
