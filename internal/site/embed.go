package site

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"vivarium/lessons"
)

// lessonPrograms is what an embed knows of a lesson; web/embed/address.ts has the same fields.
type lessonPrograms struct {
	Slug     string          `json:"slug"`
	Title    string          `json:"title"`
	Programs []lessonProgram `json:"programs"`
}

type lessonProgram struct {
	ID     string  `json:"id"`
	File   string  `json:"file"`
	Source string  `json:"source"` // with what it uses before it, so that it runs alone
	Pace   float64 `json:"pace"`   // events a second, 0 for as fast as it goes
	View   string  `json:"view"`
}

// embedLessons makes the file of the lessons' programs, from which an embed takes the one its author names.
func embedLessons() (output, error) {
	course, err := lessons.Load()
	if err != nil {
		return output{}, err
	}
	examples, err := lessons.Examples()
	if err != nil {
		return output{}, err
	}
	list := []lessonPrograms{}
	for _, l := range append(course, examples...) {
		entry := lessonPrograms{Slug: l.Name(), Title: l.Title, Programs: []lessonProgram{}}
		for _, c := range l.Cells() {
			if c.Kind == lessons.Support {
				continue
			}
			var source strings.Builder
			for _, before := range l.Before(c) {
				source.WriteString(before.Source + "\n")
			}
			source.WriteString(c.Source)
			entry.Programs = append(entry.Programs, lessonProgram{c.ID, c.FileOf(), source.String(), c.Stage.Speed, c.Stage.View})
		}
		list = append(list, entry)
	}
	text, err := json.Marshal(list)
	if err != nil {
		return output{}, fmt.Errorf("writing the lessons' programs: %w", err)
	}
	return hashed("lessons.json", text), nil
}

// embedFiles makes what other people's pages load: the script that makes their code live, whose address must stay, and the
// page in the frame.
func embedFiles(root string, built map[string]string) ([]output, error) {
	script, err := bundleClassic(root, "web/embed/host.ts", nil)
	if err != nil {
		return nil, err
	}
	html, err := os.ReadFile(filepath.Join(root, "web", "embed", "embed.html"))
	if err != nil {
		return nil, fmt.Errorf("making the embed: %w", err)
	}
	page, err := fillPage(string(html), built)
	if err != nil {
		return nil, err
	}
	return []output{{"embed.js", script}, {"embed.html", []byte(page)}}, nil
}
