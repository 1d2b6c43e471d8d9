package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"vivarium/lessons"
	"vivarium/lessons/proof"
)

// lessonsCommand lists, proves and begins lessons.
func lessonsCommand(env *environment, args []string) int {
	if len(args) > 0 {
		switch args[0] {
		case "list":
			return listLessons(env)
		case "check":
			return checkLessons(env, args[1:])
		case "new":
			return newLesson(env, args[1:])
		}
	}
	env.fail("lessons takes list, check or new")
	return statusUsage
}

func listLessons(env *environment) int {
	all, err := lessons.Load()
	if err != nil {
		return env.fail("%v", err)
	}
	for _, l := range all {
		exercises := 0
		for _, c := range l.Cells() {
			if c.Kind == lessons.Exercise {
				exercises++
			}
		}
		fmt.Fprintf(env.stdout, "%s  %s (%d min, %d exercises)\n    %s\n", l.Name(), l.Title, l.Front.Minutes, exercises, l.Front.Question)
	}
	return 0
}

// checkLessons proves the built-in lessons, some of them, or those in files.
func checkLessons(env *environment, args []string) int {
	verbose := slices.Contains(args, "-v")
	args = slices.DeleteFunc(slices.Clone(args), func(a string) bool { return a == "-v" })
	all, err := lessons.Load()
	if err != nil {
		return env.tell(err)
	}
	terms, err := lessons.Glossary()
	if err != nil {
		return env.tell(err)
	}
	var of []*lessons.Lesson
	for _, arg := range args {
		l, err := findLesson(all, arg)
		if err != nil {
			return env.tell(err)
		}
		of = append(of, l)
	}
	if len(args) == 0 {
		of = all
	}
	reports := proof.Links(of, all, terms, nil)
	for _, l := range of {
		own, err := proof.Cells(l, nil)
		if err != nil {
			return env.fail("%s: %v", l.Name(), err)
		}
		reports = append(reports, own...)
	}
	wrong := 0
	for _, r := range reports {
		if r.Problem != "" {
			wrong++
		}
		if r.Problem != "" || verbose {
			r.Print(env.stdout)
		}
	}
	fmt.Fprintf(env.stdout, "%d lessons, %d claims, %d wrong\n", len(of), len(reports), wrong)
	if wrong > 0 {
		return 1
	}
	return 0
}

// tell prints an error that may have many lines, each with its place.
func (e *environment) tell(err error) int {
	var problems lessons.Problems
	if errors.As(err, &problems) {
		fmt.Fprintln(e.stderr, err)
		return 1
	}
	return e.fail("%v", err)
}

// findLesson takes the name of a lesson, its number, or a file.
func findLesson(all []*lessons.Lesson, name string) (*lessons.Lesson, error) {
	if strings.HasSuffix(name, ".livemd") {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		return lessons.Parse(filepath.Base(name), string(text))
	}
	for _, l := range all {
		if l.Name() == name || fmt.Sprintf("%02d", l.Number) == name || l.Slug == name {
			return l, nil
		}
	}
	return nil, fmt.Errorf("there is no lesson %q; \"vivarium lessons list\" shows them", name)
}

// newLesson writes a lesson to begin with: one that passes every check.
func newLesson(env *environment, args []string) int {
	if len(args) != 1 {
		env.fail("lessons new takes the file's name: lessons new lessons/13-timers.livemd")
		return statusUsage
	}
	text := lessons.Template
	if _, err := lessons.Parse(filepath.Base(args[0]), text); err != nil {
		return env.tell(err)
	}
	file, err := os.OpenFile(args[0], os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return env.fail("%s is there already", args[0])
	} else if err != nil {
		return env.fail("%v", err)
	}
	_, err = file.WriteString(text)
	if err := errors.Join(err, file.Close()); err != nil {
		return env.fail("%v", err)
	}
	fmt.Fprintf(env.stdout, "%s is written; prove it with: vivarium lessons check %s\n", args[0], args[0])
	return 0
}
