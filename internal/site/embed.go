package site

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"vivarium/lessons"
)

// lessonPrograms is what an embed knows of a lesson; web/embed/address.ts has the same fields.
type lessonPrograms struct {
	Slug     string          `json:"slug"`
	Path     string          `json:"path"` // of its page, without the ending
	Title    string          `json:"title"`
	Programs []lessonProgram `json:"programs"`
}

type lessonProgram struct {
	ID     string       `json:"id"`
	File   string       `json:"file"`
	Source string       `json:"source"`
	Before []beforeData `json:"before"` // what is evaluated before it
	Pace   float64      `json:"pace"`   // events a second, 0 for as fast as it goes
	View   string       `json:"view"`
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
	for i, l := range append(course, examples...) {
		dir := "lessons/"
		if i >= len(course) {
			dir = "examples/"
		}
		entry := lessonPrograms{Slug: l.Name(), Path: dir + l.Name(), Title: l.Title, Programs: []lessonProgram{}}
		for _, c := range l.Cells() {
			if c.Kind == lessons.Support {
				continue
			}
			program := lessonProgram{c.ID, c.FileOf(), c.Source, []beforeData{}, c.Stage.Speed, c.Stage.View}
			for _, b := range l.Before(c) {
				program.Before = append(program.Before, beforeData{"embed/" + b.ID, b.FileOf(), b.Source})
			}
			entry.Programs = append(entry.Programs, program)
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
