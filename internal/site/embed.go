package site

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"vivarium/lessons"
)

// lessonProgram is what an embed knows of a lesson; web/embed/address.ts has the same fields.
type lessonProgram struct {
	Slug   string  `json:"slug"`
	Title  string  `json:"title"`
	File   string  `json:"file"`
	Source string  `json:"source"`
	Pace   float64 `json:"pace"` // events a second, 0 for as fast as it goes
}

// lessonPrograms makes the file of the lessons' programs, from which an embed takes the one its author names.
func lessonPrograms() (output, error) {
	all, err := lessons.Load()
	if err != nil {
		return output{}, err
	}
	list := make([]lessonProgram, 0, len(all))
	for _, l := range all {
		list = append(list, lessonProgram{l.Name(), l.Title, l.Stage.File, l.Program().Source, l.Stage.Speed})
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
